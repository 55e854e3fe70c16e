package dev.ftpipe.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One run: {@code run.json}.
 *
 * @param format of the file, {@link #FORMAT}
 * @param id sortable by time, and the name of the run's folder
 * @param command the command line, without secrets
 * @param assignments of {@code -S}, as given
 * @param begun ISO 8601, UTC
 * @param ended the same; empty while it runs, and for a run that was killed
 * @param seconds wall time
 * @param git empty without a repository
 * @param version of ftpipe
 * @param engine the one of the trainer, with its version
 * @param params values by file
 * @param metrics values by file, as they were at the end
 * @param stages in the order in which they were done with; last, so that a table need not read them
 */
@JsonPropertyOrder({
  "format",
  "id",
  "state",
  "command",
  "assignments",
  "begun",
  "ended",
  "seconds",
  "exit_code",
  "git",
  "machine",
  "process",
  "version",
  "engine",
  "params",
  "metrics",
  "stages"
})
public record RunRecord(
    int format,
    String id,
    State state,
    List<String> command,
    List<String> assignments,
    String begun,
    Optional<String> ended,
    double seconds,
    Optional<Integer> exitCode,
    Optional<Revision> git,
    Machine machine,
    Owner process,
    String version,
    Optional<String> engine,
    Map<String, JsonNode> params,
    Map<String, JsonNode> metrics,
    List<StageEntry> stages) {
  public static final int FORMAT = 1;

  /** How far a run is. */
  public enum State {
    RUNNING,
    DONE,
    FAILED,
    /** Stopped by a signal, or killed: then its record was never finished. */
    INTERRUPTED;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The commit that was checked out.
   *
   * @param changed tracked files that differed from it, the first of them
   * @param changedCount all of them
   */
  @JsonPropertyOrder({"revision", "branch", "dirty", "changed", "changed_count"})
  public record Revision(
      Optional<String> revision,
      Optional<String> branch,
      boolean dirty,
      List<String> changed,
      int changedCount) {
    private static final int MOST_NAMED = 100;

    /** A revision with so many files changed. */
    public static Revision of(
        Optional<String> revision, Optional<String> branch, List<String> changed) {
      List<String> named = List.copyOf(changed.subList(0, Math.min(changed.size(), MOST_NAMED)));
      return new Revision(revision, branch, !changed.isEmpty(), named, changed.size());
    }
  }

  /**
   * One stage of the run.
   *
   * @param action {@code run}, {@code restored}, {@code unchanged}, {@code failed}, {@code skipped}
   * @param key empty when it was never known
   * @param outputs path to digest; empty when it did not come to that
   * @param failure what went wrong
   */
  @JsonPropertyOrder({"name", "action", "cause", "key", "seconds", "outputs", "failure"})
  public record StageEntry(
      String name,
      String action,
      String cause,
      Optional<String> key,
      double seconds,
      Map<String, String> outputs,
      Optional<String> failure) {}

  /** When it began. */
  @JsonIgnore
  public Instant begunAt() {
    return Instant.parse(begun);
  }

  /** The record as it has to be read now: nobody is left to finish that of a killed run. */
  RunRecord seenNow() {
    return state == State.RUNNING && process.isGone() ? with(State.INTERRUPTED) : this;
  }

  private RunRecord with(State other) {
    return new RunRecord(
        format,
        id,
        other,
        command,
        assignments,
        begun,
        ended,
        seconds,
        exitCode,
        git,
        machine,
        process,
        version,
        engine,
        params,
        metrics,
        stages);
  }
}
