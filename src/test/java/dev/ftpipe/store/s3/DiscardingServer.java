package dev.ftpipe.store.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ftpipe.base.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of S3 that a push needs. It remembers how large its objects are and forgets their bytes,
 * the small ones excepted, so that any amount can be sent to it. Like a server that encrypts, its
 * tags say nothing of the bytes; the SHA-256 of a part is told where it came with it.
 */
public final class DiscardingServer implements AutoCloseable {
  private static final String CHECKSUM = "x-amz-checksum-sha256";
  private static final int KEPT_BYTES = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 18;
  private static final Pattern NUMBER = Pattern.compile("partNumber=([0-9]+)");
  private static final Pattern UPLOAD = Pattern.compile("uploadId=([0-9a-f-]+)");
  private static final Pattern PREFIX = Pattern.compile("prefix=([^&]*)");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Kept> objects = new ConcurrentSkipListMap<>();
  private final Map<String, Begun> uploads = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong received = new AtomicLong();
  private volatile boolean checksums = true;

  private record Kept(long size, String tag, Optional<byte[]> bytes, Instant modified) {}

  private record Part(long size, String tag, String checksum) {}

  private record Begun(String key, Map<Integer, Part> parts) {}

  /** A request that was answered: its line and what it says of encryption. */
  public record Request(String line, Optional<String> encryption, Optional<String> key) {}

  /** A server without objects, with any bucket that is asked for. */
  public DiscardingServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on it takes check sums of parts and does not tell them, as older servers do. */
  public void withoutChecksums() {
    checksums = false;
  }

  /** All requests so far. */
  public List<Request> requests() {
    return requests;
  }

  /** Bytes of all bodies so far. */
  public long received() {
    return received.get();
  }

  /** Bytes of all objects. */
  public long stored() {
    return objects.values().stream().mapToLong(Kept::size).sum();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      String path = exchange.getRequestURI().getPath().substring(1);
      String key = path.substring(Math.min(path.length(), path.indexOf('/') + 1));
      String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
      requests.add(
          new Request(
              method + " " + exchange.getRequestURI(),
              header(exchange, "x-amz-server-side-encryption"),
              header(exchange, "x-amz-server-side-encryption-aws-kms-key-id")));
      switch (method) {
        case "PUT" -> put(exchange, key, query);
        case "POST" -> post(exchange, key, query);
        case "HEAD" -> head(exchange, key);
        case "DELETE" -> {
          objects.remove(key);
          exchange.sendResponseHeaders(204, -1);
        }
        default -> get(exchange, key, query);
      }
    }
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  private void put(HttpExchange exchange, String key, String query) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    long declared = Long.parseLong(header(exchange, "content-length").orElse("0"));
    byte[] kept = new byte[declared <= KEPT_BYTES ? (int) declared : 0];
    long size = 0;
    Optional<String> checksum = header(exchange, CHECKSUM);
    byte[] buffer = new byte[BUFFER_BYTES];
    InputStream in = exchange.getRequestBody();
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      if (size + count <= kept.length) {
        System.arraycopy(buffer, 0, kept, (int) size, count);
      }
      if (checksum.isPresent()) {
        sha256.update(buffer, 0, count);
      }
      size += count;
      received.addAndGet(count);
    }
    if (checksum.isPresent() && !checksum.get().equals(base64(sha256))) {
      xml(exchange, 400, "<Error><Code>BadDigest</Code></Error>");
      return;
    }
    String tag = "\"" + UUID.randomUUID().toString().replace("-", "") + "\"";
    exchange.getResponseHeaders().add("ETag", tag);
    Matcher number = NUMBER.matcher(query);
    if (number.find()) {
      Begun upload = uploads.get(find(UPLOAD, query));
      if (upload == null) {
        xml(exchange, 404, "<Error><Code>NoSuchUpload</Code></Error>");
        return;
      }
      upload
          .parts()
          .put(Integer.parseInt(number.group(1)), new Part(size, tag, checksum.orElse("")));
    } else if (header(exchange, "if-none-match").isPresent() && objects.containsKey(key)) {
      xml(exchange, 412, "<Error><Code>PreconditionFailed</Code></Error>");
      return;
    } else {
      boolean isSmall = size == kept.length;
      objects.put(
          key, new Kept(size, tag, isSmall ? Optional.of(kept) : Optional.empty(), Instant.now()));
    }
    exchange.sendResponseHeaders(200, -1);
  }

  private static String base64(MessageDigest sha256) {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(Digest.finish(sha256).hex()));
  }

  private static String find(Pattern pattern, String text) {
    Matcher match = pattern.matcher(text);
    return match.find() ? match.group(1) : "";
  }

  private void post(HttpExchange exchange, String key, String query) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (query.startsWith("uploads")) {
      String id = UUID.randomUUID().toString();
      uploads.put(id, new Begun(key, new ConcurrentSkipListMap<>()));
      xml(
          exchange,
          200,
          "<InitiateMultipartUploadResult><UploadId>"
              + id
              + "</UploadId></InitiateMultipartUploadResult>");
    } else if (query.startsWith("uploadId")) {
      Begun upload = uploads.remove(find(UPLOAD, query));
      if (upload == null) {
        xml(exchange, 404, "<Error><Code>NoSuchUpload</Code></Error>");
        return;
      }
      long size = upload.parts().values().stream().mapToLong(Part::size).sum();
      objects.put(key, new Kept(size, "\"" + key + "\"", Optional.empty(), Instant.now()));
      xml(
          exchange,
          200,
          "<CompleteMultipartUploadResult><Key>" + key + "</Key></CompleteMultipartUploadResult>");
    } else {
      xml(exchange, 200, "<DeleteResult/>");
    }
  }

  private void head(HttpExchange exchange, String key) throws IOException {
    Kept kept = objects.get(key);
    if (kept == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    exchange.getResponseHeaders().add("Content-Length", Long.toString(kept.size()));
    exchange.getResponseHeaders().add("ETag", kept.tag());
    exchange.sendResponseHeaders(200, -1);
  }

  private void get(HttpExchange exchange, String key, String query) throws IOException {
    if (query.contains("list-type=2")) {
      xml(exchange, 200, listing(find(PREFIX, query).replace("%2F", "/")));
    } else if (query.startsWith("uploads")) {
      StringBuilder all = new StringBuilder("<ListMultipartUploadsResult>");
      uploads.forEach(
          (id, begun) ->
              all.append("<Upload><Key>")
                  .append(begun.key())
                  .append("</Key><UploadId>")
                  .append(id)
                  .append("</UploadId><Initiated>2026-01-01T00:00:00.000Z</Initiated></Upload>"));
      xml(exchange, 200, all + "</ListMultipartUploadsResult>");
    } else if (query.contains("uploadId=")) {
      Begun begun = uploads.get(find(UPLOAD, query));
      xml(exchange, 200, begun == null ? "<ListPartsResult/>" : parts(begun.parts()));
    } else {
      Optional<byte[]> bytes = Optional.ofNullable(objects.get(key)).flatMap(Kept::bytes);
      if (bytes.isEmpty()) {
        xml(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>");
        return;
      }
      exchange.sendResponseHeaders(200, bytes.get().length);
      exchange.getResponseBody().write(bytes.get());
    }
  }

  private String parts(Map<Integer, Part> parts) {
    StringBuilder all = new StringBuilder("<ListPartsResult>");
    new TreeMap<>(parts)
        .forEach(
            (number, part) -> {
              all.append("<Part><PartNumber>")
                  .append(number)
                  .append("</PartNumber><Size>")
                  .append(part.size())
                  .append("</Size><ETag>")
                  .append(part.tag().replace("\"", "&quot;"))
                  .append("</ETag>");
              if (checksums && !part.checksum().isEmpty()) {
                all.append("<ChecksumSHA256>").append(part.checksum()).append("</ChecksumSHA256>");
              }
              all.append("</Part>");
            });
    return all + "</ListPartsResult>";
  }

  private String listing(String prefix) {
    StringBuilder all = new StringBuilder("<ListBucketResult>");
    objects.forEach(
        (key, kept) -> {
          if (key.startsWith(prefix)) {
            all.append("<Contents><Key>")
                .append(key)
                .append("</Key><Size>")
                .append(kept.size())
                .append("</Size><LastModified>")
                .append(kept.modified())
                .append("</LastModified></Contents>");
          }
        });
    return all + "</ListBucketResult>";
  }

  private static void xml(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
