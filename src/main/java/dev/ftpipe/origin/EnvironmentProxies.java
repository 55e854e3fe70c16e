package dev.ftpipe.origin;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The proxies that {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} name. */
final class EnvironmentProxies extends ProxySelector {
  private final Map<String, String> environment;

  EnvironmentProxies(Map<String, String> environment) {
    super();
    this.environment = environment;
  }

  @Override
  public List<Proxy> select(URI uri) {
    Optional<String> named =
        isExempt(uri) ? Optional.empty() : variable(uri.getScheme() + "_proxy");
    return List.of(named.flatMap(EnvironmentProxies::proxy).orElse(Proxy.NO_PROXY));
  }

  private static Optional<Proxy> proxy(String text) {
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      int port = uri.getPort() < 0 ? 80 : uri.getPort();
      return Optional.ofNullable(uri.getHost())
          .map(host -> new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port)));
    } catch (IllegalArgumentException e) {
      // Other programs pass over such a value as well.
      return Optional.empty();
    }
  }

  private boolean isExempt(URI uri) {
    String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
    for (String each : variable("no_proxy").orElse("").split(",", -1)) {
      String name = each.strip().toLowerCase(Locale.ROOT);
      String suffix = name.startsWith(".") ? name : "." + name;
      if (name.equals("*") || (!name.isEmpty() && ("." + host).endsWith(suffix))) {
        return true;
      }
    }
    return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
        .filter(value -> !value.isBlank());
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    // The request itself says so.
  }
}
