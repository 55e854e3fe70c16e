package dev.ftpipe.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands before a control plane, writes down what it is asked for, and tells of each call. */
final class KubernetesProxy implements AutoCloseable {
  private final HttpServer server;
  private final KubernetesClient cluster;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile Runnable hook = () -> {};

  KubernetesProxy(KubernetesClient cluster) throws IOException {
    this.cluster = cluster;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.createContext("/", this::answer);
    server.start();
  }

  /** A configuration of a client that comes by here. */
  Path kubeconfig(Path file) throws IOException {
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: test
        clusters: [{name: test, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: nobody, user: {}}]
        contexts: [{name: test, context: {cluster: test, user: nobody, namespace: default}}]
        """
            .formatted(server.getAddress().getPort()));
  }

  /** Hears of each call, once it has had its effect and before it is answered. */
  void hook(Runnable next) {
    hook = next;
  }

  /** What was asked for, with what was sent. */
  List<String> requests() {
    return requests;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String method = exchange.getRequestMethod();
      URI target = exchange.getRequestURI();
      int code = 200;
      String text;
      try {
        text = cluster.raw(target.toString(), method, sent.isEmpty() ? null : sent);
      } catch (KubernetesClientException e) {
        code = e.getCode();
        text = Serialization.asJson(e.getStatus());
      }
      requests.add(method + " " + target + " " + sent);
      hook.run();
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
