package dev.ftpipe.origin;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Requests to web servers. Redirects are followed by hand: a token goes to the server that it is
 * for, and to no other.
 */
final class Web {
  private static final int MOST_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HttpClient client;
  private final Patience patience;
  private final Errors errors = new Errors();

  Web(Map<String, String> environment, Patience patience) {
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(Math.min(20, patience.silence().toSeconds() + 1)))
            .proxy(new EnvironmentProxies(environment))
            .build();
  }

  /**
   * A request.
   *
   * @param token sent to the server of this address only
   * @param body of a POST; empty for a GET
   */
  record Ask(
      URI address, Map<String, String> headers, Optional<String> token, Optional<String> body) {
    static Ask get(URI address, Optional<String> token) {
      return new Ask(address, Map.of(), token, Optional.empty());
    }

    Ask with(Map<String, String> more) {
      Map<String, String> all = new HashMap<>(headers);
      all.putAll(more);
      return new Ask(address, all, token, body);
    }
  }

  Patience patience() {
    return patience;
  }

  /**
   * Sends a request and follows redirects.
   *
   * @return the answer, of whatever status; its body has to be closed
   * @throws TransientProblem for what may pass: no connection, silence
   * @throws FtpipeException for what will not: no such host, TLS, redirects in a circle
   */
  HttpResponse<InputStream> send(Ask ask) throws TransientProblem {
    URI at = ask.address();
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      HttpResponse<InputStream> answer = sendOnce(ask, at);
      Optional<String> location = answer.headers().firstValue("location");
      if (!REDIRECTS.contains(answer.statusCode()) || location.isEmpty()) {
        return answer;
      }
      close(answer);
      at = redirected(at, location.get());
    }
    throw FtpipeException.environment(
        ask.address() + " leads in a circle: more than " + MOST_REDIRECTS + " redirects", null);
  }

  static void close(HttpResponse<InputStream> answer) {
    try {
      answer.body().close();
    } catch (IOException e) {
      // Nothing of it is wanted.
      answer.headers();
    }
  }

  private static URI redirected(URI from, String location) {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw FtpipeException.environment(from + " redirects to what is no address: " + location, e);
    }
    String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
    boolean insecure = scheme.equals("http") && from.getScheme().equalsIgnoreCase("https");
    if (insecure || !Set.of("http", "https").contains(scheme) || to.getHost() == null) {
      throw FtpipeException.environment(
          from
              + " redirects to "
              + to
              + ", which is not followed"
              + (insecure ? ": it is not encrypted" : ""),
          null);
    }
    return to;
  }

  private HttpResponse<InputStream> sendOnce(Ask ask, URI at) throws TransientProblem {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at)
            .timeout(patience.silence())
            .header("User-Agent", "ftpipe")
            .header("Accept-Encoding", "identity");
    ask.headers().forEach(request::setHeader);
    if (ask.token().isPresent() && isSameServer(at, ask.address())) {
      request.header("Authorization", "Bearer " + ask.token().get());
    }
    BodyPublisher body = ask.body().map(BodyPublishers::ofString).orElse(BodyPublishers.noBody());
    request.method(ask.body().isPresent() ? "POST" : "GET", body);
    try {
      return client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw errors.of(at, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }

  private static boolean isSameServer(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("http") ? 80 : 443;
  }

  /** Failures of the network, as sentences. */
  private static final class Errors {
    TransientProblem of(URI at, IOException e) {
      if (e instanceof SSLException) {
        throw FtpipeException.environment(
            "no secure connection to " + at.getHost() + ": " + e.getMessage(), e);
      }
      if (causedBy(e, UnknownHostException.class)
          || causedBy(e, UnresolvedAddressException.class)) {
        return problem("the name " + at.getHost() + " is not known here");
      }
      if (e instanceof HttpConnectTimeoutException || e instanceof ConnectException) {
        return problem("no connection to " + at.getHost() + ":" + port(at));
      }
      if (e instanceof HttpTimeoutException) {
        return problem(at.getHost() + " did not answer in time");
      }
      return problem("the connection to " + at.getHost() + " broke: " + e.getMessage());
    }

    private static TransientProblem problem(String what) {
      return new TransientProblem(what, Optional.empty());
    }

    private static boolean causedBy(Throwable e, Class<? extends Throwable> kind) {
      for (Throwable each = e; each != null; each = each.getCause()) {
        if (kind.isInstance(each)) {
          return true;
        }
      }
      return false;
    }
  }
}
