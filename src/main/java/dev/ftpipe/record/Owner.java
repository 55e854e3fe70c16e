package dev.ftpipe.record;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The process of a run: while it lives, its record says "running".
 *
 * @param started ISO 8601; tells it from a later process that was given the same number
 */
@JsonPropertyOrder({"host", "pid", "started"})
public record Owner(String host, long pid, Optional<String> started) {
  /** The kernel gives the start since its own, whose time moves a little with the clock. */
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  /** This process. */
  public static Owner here() {
    ProcessHandle self = ProcessHandle.current();
    return new Owner(
        Machine.hostName(), self.pid(), self.info().startInstant().map(Instant::toString));
  }

  /** Whether the process has ended for certain: of another machine's, nothing is known here. */
  boolean isGone() {
    return host.equals(Machine.hostName())
        && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isSame).isEmpty();
  }

  private boolean isSame(ProcessHandle process) {
    Optional<Instant> start = process.info().startInstant();
    return started.isEmpty()
        || start.isEmpty()
        || Duration.between(Instant.parse(started.get()), start.get()).abs().compareTo(TOLERANCE)
            < 0;
  }
}
