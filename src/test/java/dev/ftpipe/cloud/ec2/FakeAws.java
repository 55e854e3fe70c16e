package dev.ftpipe.cloud.ec2;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * What a launch asks of Amazon, with a memory: EC2 with fleets that start, keep and replace
 * machines, IAM, Systems Manager and the price list, at one address. Machines are processes here.
 */
public final class FakeAws implements AutoCloseable {
  private final HttpServer server;
  private final FakeEc2 ec2;
  private final FakeIam iam = new FakeIam();
  private final FakeSsm ssm = new FakeSsm();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private volatile Hook hook = (who, action) -> {};

  /** Hears of each call, once it has had its effect and before it is answered. */
  public interface Hook {
    void called(String keyId, String action);
  }

  /** What a service refuses. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    final String code;

    Refused(String code) {
      super(code);
      this.code = code;
    }
  }

  /**
   * An empty account.
   *
   * @param folder for machines
   * @param keyId of the role that machines have
   * @param secret of the same
   */
  public FakeAws(Path folder, String keyId, String secret) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::answer);
    server.start();
    ec2 = new FakeEc2(folder, keyId, secret, address(), iam::isServed);
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public void hook(Hook next) {
    hook = next;
  }

  /** Names of all calls so far. */
  public List<String> calls() {
    return calls;
  }

  /** All that was sent here so far, as it was read. */
  public List<String> bodies() {
    return bodies;
  }

  public FakeEc2 ec2() {
    return ec2;
  }

  /** The policy of a role. */
  public String policy(String role) {
    return iam.policy(role);
  }

  /** Everything that there is, tagged or not. */
  public List<String> everything() {
    List<String> all = new ArrayList<>(ec2.everything());
    all.addAll(iam.everything());
    all.addAll(ssm.everything());
    return all;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      String signed = exchange.getRequestHeaders().getFirst("Authorization");
      String keyId = signed == null ? "" : signed.replaceFirst(".*Credential=([^/]*)/.*", "$1");
      Map<String, String> form = target == null ? form(body) : Map.of();
      String action = target == null ? form.getOrDefault("Action", "") : target.split("\\.", 2)[1];
      boolean isIam = "2010-05-08".equals(form.get("Version"));
      bodies.add(target == null ? form.toString() : body);
      String text;
      int status = 200;
      try {
        if (target != null) {
          JsonNode request = Json.mapper().readTree(body);
          text = ssm.call(action, request);
        } else {
          text =
              "<"
                  + action
                  + "Response>"
                  + (isIam ? iam.call(action, form) : ec2.call(action, form))
                  + "</"
                  + action
                  + "Response>";
        }
      } catch (Refused e) {
        status = 400;
        text = refusal(e.code, target != null, isIam);
      }
      calls.add(action);
      hook.called(keyId, action);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange
          .getResponseHeaders()
          .add("Content-Type", target == null ? "text/xml" : "application/x-amz-json-1.1");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String refusal(String code, boolean isJson, boolean isIam) {
    if (isJson) {
      return "{\"__type\":\"" + code + "\",\"message\":\"as it is\"}";
    }
    String error = "<Error><Code>" + code + "</Code><Message>as it is</Message></Error>";
    return isIam
        ? "<ErrorResponse>" + error + "</ErrorResponse>"
        : "<Response><Errors>" + error + "</Errors></Response>";
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new TreeMap<>();
    for (String pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    return form;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Tags of a request, whose names begin with this. */
  static Map<String, String> tags(Map<String, String> form, String start, String key) {
    Map<String, String> tags = new TreeMap<>();
    for (int i = 1; form.containsKey(start + i + "." + key); i++) {
      tags.put(
          form.get(start + i + "." + key),
          form.getOrDefault(start + i + "." + key.replace("Key", "Value"), ""));
    }
    return tags;
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  @Override
  public void close() {
    ec2.close();
    server.stop(0);
  }
}
