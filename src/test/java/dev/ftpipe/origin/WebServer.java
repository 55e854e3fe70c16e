package dev.ftpipe.origin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server in this process that does what a test wants, and remembers what it was asked. */
final class WebServer implements AutoCloseable {
  /** What it does with a request. */
  interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  /** A request as it came. */
  record Asked(String method, String path, String range, String ifRange, String authorization) {}

  final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile Handler handler;

  WebServer(Handler handler) throws IOException {
    this.handler = handler;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  void then(Handler other) {
    handler = other;
  }

  private void take(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            String.valueOf(headers.getFirst("Range")),
            String.valueOf(headers.getFirst("If-Range")),
            String.valueOf(headers.getFirst("Authorization"))));
    try (exchange) {
      handler.handle(exchange);
    }
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** The same server by another name: another host for whoever asks. */
  URI elsewhere(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  static void status(HttpExchange exchange, int status, String... headers) throws IOException {
    for (int i = 0; i < headers.length; i += 2) {
      exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
    }
    exchange.sendResponseHeaders(status, -1);
  }

  /** Sends all bytes, or the part that was asked for. */
  static void file(HttpExchange exchange, byte[] bytes, String tag) throws IOException {
    part(exchange, bytes, tag, bytes.length);
  }

  /** What a server may not know of. */
  enum Unknown {
    NOTHING,
    RANGES,
    IF_RANGE
  }

  /** As {@link #file}; the connection ends after so many bytes of this answer. */
  static void part(HttpExchange exchange, byte[] bytes, String tag, int most) throws IOException {
    part(exchange, bytes, tag, most, Unknown.NOTHING);
  }

  static void part(HttpExchange exchange, byte[] bytes, String tag, int most, Unknown unknown)
      throws IOException {
    var headers = exchange.getRequestHeaders();
    String range = unknown == Unknown.RANGES ? null : headers.getFirst("Range");
    String ifRange = unknown == Unknown.IF_RANGE ? null : headers.getFirst("If-Range");
    exchange.getResponseHeaders().set("ETag", tag);
    int from = 0;
    if (range != null && (ifRange == null || ifRange.equals(tag))) {
      from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1"));
      if (from >= bytes.length) {
        status(exchange, 416, "Content-Range", "bytes */" + bytes.length);
        return;
      }
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes, from, Math.min(most, bytes.length - from));
    } catch (IOException e) {
      // A truncated body, as was asked for; or the other side has hung up.
      exchange.close();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
