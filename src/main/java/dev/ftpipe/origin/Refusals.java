package dev.ftpipe.origin;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Answers that are no content, as sentences. */
final class Refusals {
  private final String advice;

  /**
   * Refusals of a server.
   *
   * @param advice what to do when it wants to know who asks
   */
  Refusals(String advice) {
    this.advice = advice;
  }

  /**
   * Ends what cannot go on with this answer.
   *
   * @param what was wanted, in words
   * @throws TransientProblem when another attempt may bring more
   * @throws FtpipeException when none will
   */
  FtpipeException of(String what, HttpResponse<InputStream> answer) throws IOException {
    int status = answer.statusCode();
    HttpHeaders headers = answer.headers();
    Web.close(answer);
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
      throw new TransientProblem(
          "the server answers " + status + (status == 429 ? " (too many requests)" : ""),
          headers.firstValue("retry-after").flatMap(Refusals::wait));
    }
    String said =
        headers.firstValue("x-error-message").map(text -> " (" + text.strip() + ")").orElse("");
    String reason =
        switch (status) {
          case 401 -> "the server wants to know who asks (401)" + said + "; " + advice;
          case 403 -> "this is not permitted (403)" + said + "; " + advice;
          case 404, 410 -> "it is not there (" + status + ")" + said;
          default -> "the server answers " + status + said;
        };
    return FtpipeException.environment("cannot fetch " + what + ": " + reason, null);
  }

  private static Optional<Duration> wait(String text) {
    try {
      if (text.matches("[0-9]{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
      }
      Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(Instant.now(), until);
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
