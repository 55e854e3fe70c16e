package dev.ftpipe.cloud.node;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A store that is not reached for a while ends no run: what can wait is told with a later beat, and
 * what has to be told or brought is tried again for some minutes.
 */
final class StoreRetries {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final long PAUSE_MILLIS = 2000;

  private StoreRetries() {}

  /** What tells the store something. */
  interface Call {
    void make() throws IOException;
  }

  /** What asks something of the store. */
  interface Question<T> {
    T ask() throws IOException;
  }

  /** Tries once. Why the store was not reached; empty when it was. */
  static Optional<String> attempt(Call call) throws IOException {
    try {
      call.make();
      return Optional.empty();
    } catch (FtpipeException e) {
      return Optional.of(unreached(e));
    }
  }

  /** Tries until it is answered, for minutes. */
  static <T> T answered(Question<T> question) throws IOException {
    Instant end = Instant.now().plus(LONGEST);
    while (true) {
      try {
        return question.ask();
      } catch (FtpipeException e) {
        unreached(e);
        if (Instant.now().isAfter(end)) {
          throw e;
        }
      }
      pause();
    }
  }

  /** Tries until it is done, for minutes. */
  static void done(Call call) throws IOException {
    answered(
        () -> {
          call.make();
          return true;
        });
  }

  /** What is no failure of the store is the caller's to hear. */
  private static String unreached(FtpipeException e) {
    if (e.kind() != FtpipeException.Kind.ENVIRONMENT) {
      throw e;
    }
    return String.valueOf(e.getMessage());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }
}
