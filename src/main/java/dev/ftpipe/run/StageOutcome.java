package dev.ftpipe.run;

import java.util.List;
import java.util.Optional;

/**
 * What {@code repro} did with a stage.
 *
 * @param cause why, one line: {@code parameter train.learning_rate: 2.0E-4 → 1.0E-4}
 * @param key the stage's key; empty when it was never known
 * @param seconds wall time
 * @param failure filled for {@link Result#FAILED} only
 */
public record StageOutcome(
    String name,
    Result result,
    String cause,
    Optional<String> key,
    double seconds,
    Optional<Failure> failure) {
  static StageOutcome skipped(String name, String cause) {
    return new StageOutcome(name, Result.SKIPPED, cause, Optional.empty(), 0, Optional.empty());
  }

  /** Whether outputs were made or put in place. */
  boolean hasOutputs() {
    return result == Result.RUN || result == Result.RESTORED;
  }

  /** What happened. */
  public enum Result {
    RUN,
    RESTORED,
    UNCHANGED,
    FAILED,
    /** A stage before it failed. */
    SKIPPED
  }

  /**
   * How a stage failed.
   *
   * @param message one paragraph for the user
   * @param exitCode of ftpipe, see {@link dev.ftpipe.base.FtpipeException.Kind}
   * @param tail the last lines of the stage's output
   */
  public record Failure(String message, int exitCode, List<String> tail) {}
}
