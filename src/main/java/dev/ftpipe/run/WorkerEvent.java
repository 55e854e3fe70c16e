package dev.ftpipe.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.stage.Progress;
import java.util.List;
import java.util.Optional;

/** What a worker process tells, one line of JSON each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = WorkerEvent.Moved.class, name = "progress"),
  @JsonSubTypes.Type(value = WorkerEvent.Logged.class, name = "log"),
  @JsonSubTypes.Type(value = WorkerEvent.Kept.class, name = "checkpoint"),
  @JsonSubTypes.Type(value = WorkerEvent.Done.class, name = "done"),
  @JsonSubTypes.Type(value = WorkerEvent.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = WorkerEvent.Interrupted.class, name = "interrupted")
})
sealed interface WorkerEvent {
  /** Progress of the stage. */
  record Moved(Progress progress) implements WorkerEvent {}

  /** A line for the log. */
  record Logged(String line) implements WorkerEvent {}

  /** A checkpoint is complete, see {@link StageEvents#checkpoint}. */
  record Kept(List<String> parts, long position) implements WorkerEvent {}

  /** All outputs are written. */
  record Done() implements WorkerEvent {}

  /** The stage ended with an error for the user. */
  record Failed(FtpipeException.Kind kind, String message) implements WorkerEvent {}

  /** The stage heeded a request to stop. */
  record Interrupted() implements WorkerEvent {}

  String PREFIX = "{\"event\":";

  default String toJson() {
    try {
      return Json.mapper().writerFor(WorkerEvent.class).writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event is always JSON", e);
    }
  }

  /** The event; empty for any other line: native code prints where it likes. */
  static Optional<WorkerEvent> parse(String line) {
    if (!line.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.mapper().readValue(line, WorkerEvent.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
