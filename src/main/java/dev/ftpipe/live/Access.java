package dev.ftpipe.live;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask: whoever knows the token, under the server's own name. A page of another site, and a
 * name that somebody lets point to this machine, are refused.
 */
final class Access {
  private static final int TOKEN_BYTES = 24;

  private final String token = newToken();
  private final Set<String> hosts;

  /** Access to the server at this port. */
  Access(int port) {
    hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
  }

  private static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  String token() {
    return token;
  }

  /** Why a request is refused; empty when it is not. */
  Optional<String> refusal(String method, Headers headers, Map<String, List<String>> query) {
    if (!method.equals("GET")) {
      return Optional.of("this server is only read from");
    }
    List<String> host = headers.getOrDefault("Host", List.of());
    if (host.size() != 1 || !hosts.contains(host.get(0))) {
      return Optional.of("this server answers as 127.0.0.1 only");
    }
    for (String origin : headers.getOrDefault("Origin", List.of())) {
      if (!origin.startsWith("http://") || !hosts.contains(origin.substring("http://".length()))) {
        return Optional.of("a page of another site asks");
      }
    }
    byte[] given =
        String.join("", query.getOrDefault("token", List.of())).getBytes(StandardCharsets.UTF_8);
    boolean known = MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), given);
    return known
        ? Optional.empty()
        : Optional.of("the address lacks the token; take the whole one that ftpipe ui printed");
  }
}
