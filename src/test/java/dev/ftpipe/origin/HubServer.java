package dev.ftpipe.origin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.Json;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A server in the layout of the Hugging Face Hub: revisions, paths and pages of trees under {@code
 * /api}, bytes under {@code /resolve}; files in LFS are at another host, which must not see a
 * token.
 */
public final class HubServer implements AutoCloseable {
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String REPOSITORY = "acme/tiny";
  private static final int PAGE = 2;

  final WebServer web;
  public final Map<String, byte[]> files = new TreeMap<>();
  public final Map<String, byte[]> inLfs = new TreeMap<>();

  /** What it sends in place of a file's bytes. */
  public final Map<String, byte[]> instead = new TreeMap<>();

  /** How fast it sends files in LFS; 0 for as fast as it goes. */
  public volatile int bytesPerMilli;

  /** Bytes of files in LFS that it has sent. */
  public final AtomicLong sent = new AtomicLong();

  String kind = "models";
  public String token = "";

  /** Whether the account of the token has no access. */
  public boolean gated;

  String commit = COMMIT;

  public HubServer() throws IOException {
    web = new WebServer(this::take);
  }

  /** The paths that were asked for, in their order. */
  public List<String> asked() {
    return web.asked.stream().map(WebServer.Asked::path).toList();
  }

  public Map<String, String> environment() {
    return Map.of("HF_ENDPOINT", web.at("").toString(), "HF_TOKEN", token, "HOME", "/nowhere");
  }

  private void take(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    if (path.startsWith("/cdn/")) {
      String name = decoded(path.substring("/cdn/".length()));
      if (exchange.getRequestHeaders().getFirst("Authorization") != null) {
        WebServer.status(exchange, 400);
        return;
      }
      exchange.setStreams(null, new Paced(exchange.getResponseBody()));
      WebServer.file(exchange, sent(name), "\"cdn-" + name.length() + "\"");
      return;
    }
    if (!token.isEmpty()
        && !("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      WebServer.status(
          exchange, 401, "X-Error-Code", "GatedRepo", "X-Error-Message", "Access is restricted");
      return;
    }
    if (gated) {
      WebServer.status(
          exchange, 403, "X-Error-Code", "GatedRepo", "X-Error-Message", "Awaiting a review");
      return;
    }
    String api = "/api/" + kind + "/" + REPOSITORY;
    String resolve = (kind.equals("models") ? "" : "/" + kind) + "/" + REPOSITORY + "/resolve/";
    if (path.startsWith(api + "/revision/")) {
      String revision = decoded(path.substring((api + "/revision/").length()));
      if (List.of("main", "v1", "refs/convert/parquet", commit).contains(revision)) {
        json(exchange, Json.mapper().createObjectNode().put("sha", commit));
      } else {
        WebServer.status(exchange, 404, "X-Error-Message", "Invalid rev id: " + revision);
      }
    } else if (path.equals(api + "/paths-info/" + commit)) {
      JsonNode asked = Json.mapper().readTree(exchange.getRequestBody().readAllBytes());
      json(exchange, pathsInfo(asked.path("paths").path(0).asText()));
    } else if (path.startsWith(api + "/tree/" + commit)) {
      tree(exchange, decoded(path.substring((api + "/tree/" + commit).length())));
    } else if (path.startsWith(resolve + commit + "/")) {
      resolve(exchange, decoded(path.substring((resolve + commit + "/").length())));
    } else {
      WebServer.status(exchange, 404, "X-Error-Code", "EntryNotFound");
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private byte[] sent(String name) {
    byte[] none = new byte[0];
    return instead.getOrDefault(name, files.getOrDefault(name, inLfs.getOrDefault(name, none)));
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(files.keySet());
    names.addAll(inLfs.keySet());
    names.sort(null);
    return names;
  }

  private ArrayNode pathsInfo(String path) {
    ArrayNode found = Json.mapper().createArrayNode();
    if (names().contains(path)) {
      found.add(entry(path));
    } else if (names().stream().anyMatch(name -> name.startsWith(path + "/"))) {
      found.addObject().put("type", "directory").put("oid", "0".repeat(40)).put("path", path);
    }
    return found;
  }

  private ObjectNode entry(String name) {
    ObjectNode entry = Json.mapper().createObjectNode().put("type", "file").put("path", name);
    byte[] lfs = inLfs.get(name);
    if (lfs == null) {
      byte[] bytes = files.getOrDefault(name, new byte[0]);
      return entry.put("oid", gitBlob(bytes)).put("size", bytes.length);
    }
    entry.put("oid", gitBlob(pointer(lfs))).put("size", lfs.length);
    entry.putObject("lfs").put("oid", Digest.of(lfs).hex()).put("size", lfs.length);
    return entry;
  }

  static byte[] pointer(byte[] bytes) {
    return ("version https://git-lfs.github.com/spec/v1\noid sha256:"
            + Digest.of(bytes).hex()
            + "\nsize "
            + bytes.length
            + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String gitBlob(byte[] bytes) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(("blob " + bytes.length + "\0").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha1.digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  // Two entries a page, and where the next one is in the Link header.
  private void tree(HttpExchange exchange, String below) throws IOException {
    String prefix = below.isEmpty() ? "" : below.substring(1) + "/";
    List<String> all = names().stream().filter(name -> name.startsWith(prefix)).toList();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    int from = query.contains("cursor=") ? Integer.parseInt(query.replaceAll(".*cursor=", "")) : 0;
    int to = Math.min(all.size(), from + PAGE);
    ArrayNode page = Json.mapper().createArrayNode();
    all.subList(from, to).forEach(name -> page.add(entry(name)));
    page.addObject().put("type", "directory").put("oid", "0".repeat(40)).put("path", "some");
    if (to < all.size()) {
      String next = exchange.getRequestURI().getRawPath() + "?recursive=true&cursor=" + to;
      exchange.getResponseHeaders().set("Link", "<" + web.at(next) + ">; rel=\"next\"");
    }
    json(exchange, page);
  }

  private void resolve(HttpExchange exchange, String name) throws IOException {
    exchange.getResponseHeaders().set("X-Repo-Commit", commit);
    byte[] lfs = inLfs.get(name);
    if (lfs != null) {
      WebServer.status(
          exchange,
          302,
          "X-Linked-Etag",
          "\"" + Digest.of(lfs).hex() + "\"",
          "X-Linked-Size",
          String.valueOf(lfs.length),
          "Location",
          web.elsewhere("/cdn/" + name.replace(" ", "%20")).toString());
    } else if (files.containsKey(name)) {
      WebServer.file(exchange, sent(name), "\"" + gitBlob(sent(name)) + "\"");
    } else {
      WebServer.status(exchange, 404, "X-Error-Code", "EntryNotFound");
    }
  }

  private static void json(HttpExchange exchange, JsonNode node) throws IOException {
    byte[] bytes = Json.mapper().writeValueAsBytes(node);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    web.close();
  }

  /** Sends in small pieces, at the server's pace. */
  private final class Paced extends FilterOutputStream {
    private static final int PIECE = 8192;

    Paced(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      for (int at = 0; at < length; at += PIECE) {
        int piece = Math.min(PIECE, length - at);
        if (bytesPerMilli > 0) {
          LockSupport.parkNanos(piece * 1_000_000L / bytesPerMilli);
        }
        out.write(bytes, from + at, piece);
        out.flush();
        sent.addAndGet(piece);
      }
    }
  }
}
