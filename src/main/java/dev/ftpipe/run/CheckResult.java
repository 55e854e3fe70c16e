package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import java.util.List;
import java.util.Optional;

/**
 * What {@code repro --check} found out about a stage.
 *
 * @param detail one line: where it differs, why it was not checked
 * @param key the stage's key in the lock file
 * @param seconds wall time
 * @param exitCode of ftpipe, if this were the only stage
 * @param tail the last lines of a stage that failed
 */
public record CheckResult(
    String name,
    Verdict verdict,
    String detail,
    Optional<String> key,
    double seconds,
    int exitCode,
    List<String> tail) {
  /** How it ended. */
  public enum Verdict {
    /** The outputs are those that the lock file names. */
    REPRODUCED,
    /** They are not. */
    DIFFERS,
    /** It did not come to its end. */
    FAILED,
    /** The lock file does not speak of the stage as it is now. */
    OUT_OF_DATE,
    NOT_CHECKED
  }

  static CheckResult of(String name, Verdict verdict, String detail) {
    boolean good = verdict == Verdict.REPRODUCED || verdict == Verdict.NOT_CHECKED;
    int exitCode = good ? 0 : FtpipeException.Kind.PIPELINE.exitCode();
    return new CheckResult(name, verdict, detail, Optional.empty(), 0, exitCode, List.of());
  }

  static CheckResult failed(String name, FtpipeException e, List<String> tail) {
    return new CheckResult(
        name, Verdict.FAILED, e.getMessage(), Optional.empty(), 0, e.kind().exitCode(), tail);
  }

  CheckResult with(Optional<String> itsKey, double itsSeconds) {
    return new CheckResult(name, verdict, detail, itsKey, itsSeconds, exitCode, tail);
  }
}
