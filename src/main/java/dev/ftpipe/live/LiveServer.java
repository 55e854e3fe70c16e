package dev.ftpipe.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Serves a page and, as server-sent events, what it shows whenever that changes. */
public final class LiveServer implements AutoCloseable {
  /** Where the events are; the page's script adds the query of the page. */
  public static final String EVENTS = "/events";

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int MOST_LISTENERS = 32;
  private static final long LOOK_EVERY_MILLIS = 1_000;

  /** Of this many looks without a change, one is a sign of life: so a closed page is noticed. */
  private static final int QUIET_LOOKS = 10;

  private final HttpServer server;
  private final Access access;
  private final Pages pages;
  private final ExecutorService threads;
  private final Semaphore listeners = new Semaphore(MOST_LISTENERS);
  private volatile boolean closed;

  private LiveServer(HttpServer server, Pages pages) {
    this.server = server;
    this.pages = pages;
    this.access = new Access(server.getAddress().getPort());
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "page");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts to serve, on 127.0.0.1 and no other interface.
   *
   * @param port 0 for any that is free
   * @throws FtpipeException environment, when the port is taken
   */
  public static LiveServer start(int port, Pages pages) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getByAddress("127.0.0.1", LOOPBACK), port);
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw FtpipeException.environment(
          "cannot listen at 127.0.0.1:" + port + ": " + IoProblem.sentence(e), e);
    }
    LiveServer live = new LiveServer(server, pages);
    server.setExecutor(live.threads);
    server.createContext("/", live::answer);
    server.start();
    return live;
  }

  /** The address of the page, with the token. */
  public URI address() {
    return URI.create(
        "http://127.0.0.1:" + server.getAddress().getPort() + "/?token=" + access.token());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, List<String>> query = query(exchange.getRequestURI());
      var headers = exchange.getResponseHeaders();
      headers.set("Cache-Control", "no-store");
      headers.set("X-Content-Type-Options", "nosniff");
      headers.set("X-Frame-Options", "DENY");
      headers.set("Referrer-Policy", "no-referrer");
      headers.set("Cross-Origin-Resource-Policy", "same-origin");
      Optional<String> refusal =
          access.refusal(exchange.getRequestMethod(), exchange.getRequestHeaders(), query);
      if (refusal.isPresent()) {
        send(exchange, 403, "text/plain", refusal.get() + "\n");
        return;
      }
      query.remove("token");
      switch (exchange.getRequestURI().getPath()) {
        case "/" -> page(exchange, query);
        case EVENTS -> events(exchange, query);
        default -> send(exchange, 404, "text/plain", "there is no such page\n");
      }
    }
  }

  private void page(HttpExchange exchange, Map<String, List<String>> query) throws IOException {
    try {
      send(exchange, 200, "text/html", pages.page(query));
    } catch (FtpipeException e) {
      send(exchange, 404, "text/plain", e.getMessage() + "\n");
    }
  }

  private void events(HttpExchange exchange, Map<String, List<String>> query) throws IOException {
    if (!listeners.tryAcquire()) {
      send(exchange, 503, "text/plain", "too many pages are open\n");
      return;
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
      exchange.sendResponseHeaders(200, 0);
      follow(exchange.getResponseBody(), query);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      listeners.release();
    }
  }

  private void follow(OutputStream out, Map<String, List<String>> query)
      throws IOException, InterruptedException {
    Shown last = new Shown("", "");
    int quiet = 0;
    while (!closed) {
      Shown now = now(query, last);
      boolean changed = !now.data().equals(last.data());
      last = now;
      if (changed) {
        out.write(("event: view\ndata: " + now.data() + "\n\n").getBytes(StandardCharsets.UTF_8));
        quiet = 0;
      } else if (++quiet % QUIET_LOOKS == 1) {
        out.write(": as before\n\n".getBytes(StandardCharsets.UTF_8));
      }
      out.flush();
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  /** What was sent, and the mark of what it was made of. */
  private record Shown(String mark, String data) {}

  /** A file that is being replaced while it is read is there again the next time. */
  private Shown now(Map<String, List<String>> query, Shown last) {
    try {
      // Taken first: what changes while the data is made is found the next time.
      String mark = pages.mark(query);
      return mark.equals(last.mark()) ? last : new Shown(mark, pages.data(query));
    } catch (IOException | FtpipeException e) {
      return last;
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static Map<String, List<String>> query(URI address) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    String text = Optional.ofNullable(address.getRawQuery()).orElse("");
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query
            .computeIfAbsent(decoded(pair.substring(0, equals)), any -> new ArrayList<>())
            .add(decoded(pair.substring(equals + 1)));
      }
    }
    return query;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return ""; // no text of ours
    }
  }

  @Override
  public void close() {
    closed = true;
    server.stop(0);
    threads.shutdownNow();
    try {
      threads.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
