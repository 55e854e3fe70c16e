package dev.ftpipe.cloud.ec2;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The metadata service of one machine: version 2 alone, as launch templates ask for it. */
public final class FakeImds implements AutoCloseable {
  private static final String TOKEN = "a-token";

  private final HttpServer server;
  private final Map<String, String> told = new ConcurrentHashMap<>();

  /**
   * A service that knows the keys of a role.
   *
   * @param id of the key
   * @param secret of the key
   */
  public FakeImds(String id, String secret) throws IOException {
    told.put("iam/security-credentials/", "role");
    told.put(
        "iam/security-credentials/role",
        """
        {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"%s","SecretAccessKey":"%s","Token":"",\
        "LastUpdated":"%s","Expiration":"%s"}"""
            .formatted(id, secret, Instant.now(), Instant.now().plusSeconds(20_000)));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/latest/", this::answer);
    server.start();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on the machine is known to be taken away in two minutes. */
  public void interrupt() {
    told.put(
        "spot/instance-action",
        "{\"action\":\"terminate\",\"time\":\"" + Instant.now().plusSeconds(120) + "\"}");
  }

  /** From now on the machine is known to be at risk. */
  public void recommendRebalance() {
    told.put("events/recommendations/rebalance", "{\"noticeTime\":\"" + Instant.now() + "\"}");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring("/latest/".length());
      if (path.equals("api/token") && exchange.getRequestMethod().equals("PUT")) {
        send(exchange, 200, TOKEN);
      } else if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"))) {
        send(exchange, 401, "");
      } else {
        String text = told.get(path.replaceFirst("^meta-data/", ""));
        send(exchange, text == null ? 404 : 200, text == null ? "" : text);
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
