package dev.ftpipe.run;

import java.time.Duration;
import java.util.Optional;

/** When the time of one attempt is up. */
final class Deadline {
  private final Optional<Duration> timeout;
  private final long start = System.nanoTime();

  Deadline(Optional<Duration> timeout) {
    this.timeout = timeout;
  }

  boolean passed() {
    return timeout.isPresent() && System.nanoTime() - start >= timeout.get().toNanos();
  }

  @Override
  public String toString() {
    return timeout
        .map(time -> time.toString().substring(2).toLowerCase(java.util.Locale.ROOT))
        .orElse("no limit");
  }
}
