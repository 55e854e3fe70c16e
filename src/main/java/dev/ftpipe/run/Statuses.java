package dev.ftpipe.run;

import dev.ftpipe.dag.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What {@code repro} would do; changes nothing. */
public final class Statuses {
  private final Project project;
  private final Assessor assessor;
  private final Map<String, Assessment> assessed = new ConcurrentHashMap<>();

  private Statuses(Project project, boolean force, boolean useCache) {
    this.project = project;
    this.assessor = new Assessor(project, force, useCache, SharedResults.NONE);
  }

  /** The state of the targets and what they depend on, in the order in which they would run. */
  public static List<StageStatus> of(Project project, List<String> targets) throws IOException {
    return of(project, ReproOptions.plain(targets));
  }

  /** What a repro with these options would do. */
  public static List<StageStatus> of(Project project, ReproOptions options) throws IOException {
    return assessments(project, options).stream().map(Assessment::status).toList();
  }

  private static List<Assessment> assessments(Project project, ReproOptions options)
      throws IOException {
    List<Stage> stages =
        project.graph().select(options.targets(), options.singleItem(), options.downstream());
    return new Statuses(project, options.force(), options.useCache()).assess(stages);
  }

  /** As {@link #of(Project, ReproOptions)}, with the files that make a folder another one. */
  public static List<StageStatus> explained(Project project, ReproOptions options)
      throws IOException {
    Explanation explanation = new Explanation(project);
    List<StageStatus> statuses = new ArrayList<>();
    for (Assessment each : assessments(project, options)) {
      statuses.add(explanation.of(each).status());
    }
    return statuses;
  }

  static Assessment one(Project project, Stage target) throws IOException {
    List<Stage> stages = project.graph().select(List.of(target.name()), false, false);
    List<Assessment> assessments = new Statuses(project, false, true).assess(stages);
    return new Explanation(project).of(assessments.get(assessments.size() - 1));
  }

  private List<Assessment> assess(List<Stage> stages) throws IOException {
    try {
      StageWalk.over(project.graph(), stages, stage -> assessed.put(stage.name(), assess(stage)));
    } finally {
      project.saveIndex();
    }
    List<Assessment> all = new ArrayList<>(stages.size());
    for (Stage stage : stages) {
      all.add(assessed.get(stage.name()));
    }
    return all;
  }

  private Assessment assess(Stage stage) throws IOException {
    ExpectedInputs expected = new ExpectedInputs(stage, project);
    for (Stage before : project.graph().upstream(stage)) {
      Assessment upstream = assessed.get(before.name());
      if (upstream == null || stage.frozen()) {
        continue;
      }
      boolean known =
          switch (upstream.state()) {
            case UP_TO_DATE, FROZEN -> true;
            case CACHED -> expected.add(upstream.outputs());
            case CHANGED, WAITS -> false;
          };
      if (!known) {
        return waiting(stage, before);
      }
    }
    return assessor.assess(stage, expected.known());
  }

  private static Assessment waiting(Stage stage, Stage before) {
    Optional<String> input =
        stage.deps().stream()
            .filter(
                dep ->
                    before.outs().stream().anyMatch(out -> ExpectedInputs.overlap(out.path(), dep)))
            .findFirst();
    Change why =
        new Change(
            "stage",
            "",
            "",
            "waits for " + before.name() + input.map(path -> ", which makes " + path).orElse(""));
    return new Assessment(
        stage, StageStatus.State.WAITS, List.of(why), Optional.empty(), Map.of(), Map.of());
  }
}
