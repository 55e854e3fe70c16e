package dev.ftpipe.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Json;
import dev.ftpipe.run.Change;
import dev.ftpipe.run.StageOutcome;
import dev.ftpipe.run.StageStatus;
import java.util.List;
import java.util.Locale;

/** The objects that {@code --json} prints; their names are fixed. */
final class JsonOutput {
  private JsonOutput() {}

  /** What {@code repro --json} prints. */
  record Repro(List<Stage> stages) {
    record Stage(String name, String action, String cause, String key, double seconds) {}

    static Repro of(List<StageOutcome> outcomes) {
      return new Repro(
          outcomes.stream()
              .map(
                  each ->
                      new Stage(
                          each.name(),
                          lower(each.result()),
                          each.cause(),
                          each.key().orElse(""),
                          Math.round(each.seconds() * 1000) / 1000.0))
              .toList());
    }
  }

  /** What {@code status --json} prints. */
  record Status(List<Stage> stages) {
    record Stage(String name, String state, List<Difference> changes) {}

    record Difference(String kind, String name, String old, @JsonProperty("new") String current) {}

    static Status of(List<StageStatus> statuses) {
      return new Status(
          statuses.stream()
              .map(
                  each ->
                      new Stage(
                          each.name(),
                          lower(each.state()),
                          each.changes().stream().map(Status::difference).toList()))
              .toList());
    }

    private static Difference difference(Change change) {
      return new Difference(change.kind(), change.name(), change.before(), change.after());
    }
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String line(Object value) {
    try {
      return Json.mapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain records are JSON", e);
    }
  }
}
