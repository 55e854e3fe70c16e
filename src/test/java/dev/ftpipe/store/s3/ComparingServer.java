package dev.ftpipe.store.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * The little of S3 that an object in one request takes: a body in chunks with a check sum behind
 * it, which is compared before anything is kept.
 */
final class ComparingServer implements AutoCloseable {
  private static final String CHECKSUM = "x-amz-checksum-crc32c";

  final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  final List<String> puts = new ArrayList<>();

  private final HttpServer server;

  ComparingServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestMethod().equals("PUT")) {
        put(exchange);
      } else {
        byte[] none = "<ListMultipartUploadsResult/>".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, none.length);
        exchange.getResponseBody().write(none);
      }
    }
  }

  private void put(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestURI().getPath();
    puts.add(key);
    String said = exchange.getRequestHeaders().getFirst(CHECKSUM);
    byte[] bytes;
    if (said == null) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      said = trailer(exchange.getRequestBody(), body);
      bytes = body.toByteArray();
    } else {
      bytes = exchange.getRequestBody().readAllBytes();
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    String found = Base64.getEncoder().encodeToString(value);
    if (!found.equals(said)) {
      byte[] error = "<Error><Code>BadDigest</Code></Error>".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(400, error.length);
      exchange.getResponseBody().write(error);
      return;
    }
    objects.put(key, bytes);
    exchange.getResponseHeaders().add(CHECKSUM, found);
    exchange.sendResponseHeaders(200, -1);
  }

  /** Reads the chunks and returns what the line behind them says. */
  private static String trailer(InputStream in, ByteArrayOutputStream body) throws IOException {
    for (int size = size(in); size > 0; size = size(in)) {
      body.write(in.readNBytes(size));
      line(in);
    }
    return line(in).substring(CHECKSUM.length() + 1);
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the body ended early");
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
