package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The metadata service of the machine, version 2: every question carries a token. See "Instance
 * metadata categories" of the EC2 User Guide.
 */
final class Imds {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int TOKEN_SECONDS = 21_600;
  private static final String TAKEN = "spot/instance-action";
  private static final String AT_RISK = "events/recommendations/rebalance";

  private final URI place;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .connectTimeout(TIMEOUT)
          .build();
  private Optional<String> token = Optional.empty();
  private Instant renewal = Instant.EPOCH;

  Imds(URI place) {
    this.place = place;
  }

  /** That of this machine, or the one that the environment names in its place. */
  static Imds here(Map<String, String> env) {
    return new Imds(
        URI.create(
            env.getOrDefault("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254")
                .replaceFirst("/+$", "")));
  }

  /** Why the machine is to be left; empty while it may stay. */
  Optional<String> notice() throws IOException {
    Optional<String> taken = ask(TAKEN);
    if (taken.isPresent()) {
      return Optional.of("spot interruption notice: " + taken.get().strip());
    }
    return ask(AT_RISK)
        .map(text -> "the machine is likely to be taken away (rebalance recommendation): " + text);
  }

  /** Something of the machine; empty when it has none. */
  private Optional<String> ask(String path) throws IOException {
    if (token.isEmpty() || Instant.now().isAfter(renewal)) {
      HttpResponse<String> given =
          send(
              request("api/token")
                  .header("X-aws-ec2-metadata-token-ttl-seconds", Integer.toString(TOKEN_SECONDS))
                  .PUT(HttpRequest.BodyPublishers.noBody()));
      token = given.statusCode() == 200 ? Optional.of(given.body()) : Optional.empty();
      renewal = Instant.now().plusSeconds(TOKEN_SECONDS / 2);
    }
    HttpRequest.Builder request = request("meta-data/" + path);
    token.ifPresent(each -> request.header("X-aws-ec2-metadata-token", each));
    HttpResponse<String> answer = send(request.GET());
    if (answer.statusCode() == 401) {
      token = Optional.empty();
    }
    return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(place + "/latest/" + path)).timeout(TIMEOUT);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }
}
