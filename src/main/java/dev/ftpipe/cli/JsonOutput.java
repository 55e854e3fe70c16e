package dev.ftpipe.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Json;
import dev.ftpipe.config.Settings;
import dev.ftpipe.run.Change;
import dev.ftpipe.run.CheckResult;
import dev.ftpipe.run.StageOutcome;
import dev.ftpipe.run.StageStatus;
import dev.ftpipe.run.tree.FolderChanges;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The objects that {@code --json} prints; their names are fixed. */
final class JsonOutput {
  private JsonOutput() {}

  /** What {@code repro --json} prints. */
  record Repro(List<Done> stages) {
    static Repro of(List<StageOutcome> outcomes) {
      return new Repro(outcomes.stream().map(Done::of).toList());
    }
  }

  /** A stage of {@link Repro}. */
  record Done(String name, String action, String cause, String key, double seconds) {
    static Done of(StageOutcome outcome) {
      return new Done(
          outcome.name(),
          lower(outcome.result()),
          outcome.cause(),
          outcome.key().orElse(""),
          Math.round(outcome.seconds() * 1000) / 1000.0);
    }
  }

  /** What {@code repro --check --json} prints. */
  record Checks(List<Checked> stages) {
    static Checks of(List<CheckResult> results) {
      return new Checks(results.stream().map(Checked::of).toList());
    }
  }

  /** A stage of {@link Checks}. */
  record Checked(String name, String result, String detail, String key, double seconds) {
    static Checked of(CheckResult result) {
      return new Checked(
          result.name(),
          lower(result.verdict()),
          result.detail(),
          result.key().orElse(""),
          Math.round(result.seconds() * 1000) / 1000.0);
    }
  }

  /** What {@code status --json} prints. */
  record Status(List<Due> stages) {
    static Status of(List<StageStatus> statuses) {
      return new Status(statuses.stream().map(Due::of).toList());
    }
  }

  /** A stage of {@link Status}. */
  record Due(String name, String state, List<Difference> changes) {
    static Due of(StageStatus status) {
      return new Due(
          status.name(),
          lower(status.state()),
          status.changes().stream().map(Difference::of).toList());
    }
  }

  /** A change of a {@link Due}; the files of a folder, where it is known which differ. */
  record Difference(
      String kind,
      String name,
      String old,
      @JsonProperty("new") String current,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<FolderChanges> files) {
    static Difference of(Change change) {
      return new Difference(
          change.kind(),
          change.name(),
          change.before(),
          change.after(),
          Optional.of(change.files()).filter(files -> files.total() > 0));
    }
  }

  /** What {@code remote list --json} prints. */
  record Remotes(List<Place> remotes) {
    static Remotes of(Settings settings) {
      return new Remotes(
          settings.remotes().values().stream()
              .map(
                  remote ->
                      new Place(
                          remote.name(),
                          remote.url(),
                          settings.defaultRemote().filter(remote.name()::equals).isPresent()))
              .toList());
    }
  }

  /** A remote of {@link Remotes}. */
  record Place(String name, String url, @JsonProperty("default") boolean isDefault) {}

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
