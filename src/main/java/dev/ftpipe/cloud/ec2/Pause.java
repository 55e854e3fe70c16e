package dev.ftpipe.cloud.ec2;

import dev.ftpipe.base.FtpipeException;
import java.time.Duration;
import java.time.Instant;

/** Between two questions. */
final class Pause {
  private Pause() {}

  static void until(Instant then) {
    millis(Math.max(0, Duration.between(Instant.now(), then).toMillis()));
  }

  static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }
}
