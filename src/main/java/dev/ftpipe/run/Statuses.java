package dev.ftpipe.run;

import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code repro} would do; changes nothing. */
public final class Statuses {
  private final Project project;
  private final Assessor assessor;
  private final Map<String, Assessment> assessed = new HashMap<>();

  private Statuses(Project project, boolean force, boolean useCache) {
    this.project = project;
    this.assessor = new Assessor(project, force, useCache);
  }

  /** The state of the targets and what they depend on, in the order in which they would run. */
  public static List<StageStatus> of(Project project, List<String> targets) throws IOException {
    return of(project, new ReproOptions(targets, false, false, false, true, false, 1));
  }

  /** What a repro with these options would do. */
  public static List<StageStatus> of(Project project, ReproOptions options) throws IOException {
    Statuses statuses = new Statuses(project, options.force(), options.useCache());
    try {
      for (Stage stage :
          project.graph().select(options.targets(), options.singleItem(), options.downstream())) {
        statuses.assessed.put(stage.name(), statuses.assess(stage));
      }
      return project.graph().stages().stream()
          .map(stage -> statuses.assessed.get(stage.name()))
          .filter(java.util.Objects::nonNull)
          .map(Assessment::status)
          .toList();
    } finally {
      project.saveIndex();
    }
  }

  static Assessment one(Project project, Stage target) throws IOException {
    Statuses statuses = new Statuses(project, false, true);
    Assessment last = null;
    for (Stage stage : project.graph().select(List.of(target.name()), false, false)) {
      last = statuses.assess(stage);
      statuses.assessed.put(stage.name(), last);
    }
    project.saveIndex();
    return java.util.Objects.requireNonNull(last, "target is not in the graph");
  }

  private Assessment assess(Stage stage) throws IOException {
    Map<String, Artifact> expected = new HashMap<>();
    for (Stage before : project.graph().upstream(stage)) {
      Assessment upstream = assessed.get(before.name());
      if (upstream == null || stage.frozen()) {
        continue;
      }
      Optional<String> input = firstInput(stage, before);
      if (upstream.state() == StageStatus.State.CACHED) {
        expected.putAll(upstream.outputs());
        // Part of an output, or a folder around one: known only once it is in place.
        input = partial(stage, before);
        if (input.isEmpty()) {
          continue;
        }
      } else if (upstream.state() != StageStatus.State.CHANGED
          && upstream.state() != StageStatus.State.WAITS) {
        continue;
      }
      Change why =
          new Change(
              "stage",
              "",
              "",
              "waits for " + before.name() + input.map(path -> ", which makes " + path).orElse(""));
      return new Assessment(
          stage, StageStatus.State.WAITS, List.of(why), Optional.empty(), Map.of(), Map.of());
    }
    return assessor.assess(stage, expected);
  }

  private static Optional<String> firstInput(Stage stage, Stage before) {
    return stage.deps().stream()
        .filter(dep -> before.outs().stream().anyMatch(out -> overlap(out.path(), dep)))
        .findFirst();
  }

  private static Optional<String> partial(Stage stage, Stage before) {
    return stage.deps().stream()
        .filter(
            dep ->
                before.outs().stream()
                    .anyMatch(out -> !out.path().equals(dep) && overlap(out.path(), dep)))
        .findFirst();
  }

  private static boolean overlap(String one, String other) {
    return one.equals(other)
        || one.startsWith(other + "/")
        || other.startsWith(one + "/")
        || other.equals(".");
  }
}
