package dev.ftpipe.cloud;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a run is: {@code runs/ID/state.json}, written by its node, and anew at each beat of its
 * heart.
 *
 * @param attempt from 1; more after the machine was lost
 * @param updated ISO 8601: the node was alive then
 * @param reason of an end that was none of the command's
 */
@JsonPropertyOrder({"format", "phase", "attempt"})
public record RunState(
    int format,
    Phase phase,
    int attempt,
    String host,
    String begun,
    String updated,
    Optional<Integer> exitCode,
    Optional<String> reason) {
  public static final int FORMAT = 1;

  /** What the node is doing. */
  public enum Phase {
    PREPARING,
    RUNNING,
    /** The machine is taken away, or was; its engine gives another. */
    PREEMPTED,
    DONE,
    FAILED,
    CANCELLED,
    /** A guard ended it. */
    STOPPED;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether nothing more will come. */
  @JsonIgnore
  public boolean isFinal() {
    return phase.compareTo(Phase.DONE) >= 0;
  }

  /** The same run, further on. */
  public RunState at(Phase next, String now) {
    return new RunState(format, next, attempt, host, begun, now, exitCode, reason);
  }

  /** The same run, at its end. */
  public RunState ended(Phase last, String now, Optional<Integer> code, Optional<String> why) {
    return new RunState(format, last, attempt, host, begun, now, code, why);
  }
}
