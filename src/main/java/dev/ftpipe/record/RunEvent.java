package dev.ftpipe.record;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Something that happened to a stage while it was run.
 *
 * @param at seconds since the run began
 * @param done of {@code total} units, of a {@link Kind#PROGRESS}; else 0
 * @param detail the cause of a start, what a person is told of a progress, the result of an end
 */
@JsonPropertyOrder({"at", "stage", "event", "done", "total", "detail"})
public record RunEvent(double at, String stage, Kind event, long done, long total, String detail) {
  /** What happened. */
  public enum Kind {
    STARTED,
    PROGRESS,
    FINISHED;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
