package dev.ftpipe.origin;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Tries again what may pass, with pauses that grow. */
final class Retries {
  /** One attempt. */
  interface Attempt<T> {
    T run() throws IOException;
  }

  /** Tells how much has come so far. */
  interface Gauge {
    long bytes() throws IOException;
  }

  private final Patience patience;

  Retries(Patience patience) {
    this.patience = patience;
  }

  /**
   * Tries until it succeeds.
   *
   * @param what is wanted, in words
   * @param come an attempt after which this has grown does not count
   * @throws FtpipeException of the environment, when patience ends
   */
  <T> T run(String what, Gauge come, Attempt<T> attempt) throws IOException {
    int failed = 0;
    while (true) {
      long before = come.bytes();
      try {
        return attempt.run();
      } catch (TransientProblem e) {
        failed = come.bytes() > before ? 1 : failed + 1;
        Optional<Duration> asked = e.waiting();
        if (failed >= patience.attempts()
            || asked.filter(wait -> wait.compareTo(patience.longestPause()) > 0).isPresent()) {
          throw FtpipeException.environment(
              "cannot fetch "
                  + what
                  + ": "
                  + e.getMessage()
                  + asked.map(wait -> "; it asks to wait " + wait.toSeconds() + " s").orElse("")
                  + "; the same command goes on from here",
              e);
        }
        pause(asked.orElse(patience.before(failed - 1)));
      }
    }
  }

  private static void pause(Duration length) {
    try {
      Thread.sleep(length.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }
}
