package dev.ftpipe.origin;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A failure that may pass; its message says what it was. */
final class TransientProblem extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Optional<Duration> wait;

  /**
   * A failure.
   *
   * @param wait what the server asks for before the next attempt
   */
  TransientProblem(String message, Optional<Duration> wait) {
    super(message);
    this.wait = wait;
  }

  Optional<Duration> waiting() {
    return wait;
  }
}
