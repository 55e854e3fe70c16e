package dev.ftpipe.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.dag.Output;
import dev.ftpipe.git.GitState;
import dev.ftpipe.git.GitStatus;
import dev.ftpipe.record.CommandText;
import dev.ftpipe.record.Machine;
import dev.ftpipe.record.Owner;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.record.RunRecord.StageEntry;
import dev.ftpipe.record.RunRecord.State;
import dev.ftpipe.report.Metrics;
import dev.ftpipe.report.Params;
import dev.ftpipe.run.LockedFiles;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.StageOutcome;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What is known of a run, as the record that it makes at a moment. */
final class RunFacts {
  private static final int INTERRUPTED = 130;

  private final Project project;
  private final Workspace values;
  private final List<String> command;
  private final List<String> assignments;
  private final Instant begun;
  private volatile Optional<RunRecord.Revision> git = Optional.empty();
  private volatile Map<String, JsonNode> params = Map.of();

  RunFacts(
      Project project,
      Workspace values,
      List<String> command,
      List<String> assignments,
      Instant begun) {
    this.project = project;
    this.values = values;
    this.command = CommandText.withoutSecrets(command);
    this.assignments = CommandText.withoutSecrets(assignments);
    this.begun = begun;
  }

  Instant begun() {
    return begun;
  }

  /** Asks git, which may take a while in a large repository. */
  void findGit() throws InterruptedException {
    git = GitStatus.of(project.root()).map(this::revision);
  }

  private RunRecord.Revision revision(GitState state) {
    Set<String> own = written();
    List<String> changed = state.changed().stream().filter(path -> !isWritten(path, own)).toList();
    return RunRecord.Revision.of(state.revision(), state.branch(), changed);
  }

  // What the repro itself writes does not make its revision a dirty one.
  private Set<String> written() {
    Set<String> own = new LinkedHashSet<>(Set.of(LockedFiles.LOCK));
    project.graph().stages().stream()
        .flatMap(stage -> stage.outs().stream())
        .map(Output::path)
        .forEach(own::add);
    return own;
  }

  private static boolean isWritten(String path, Set<String> own) {
    return path.equals(".gitignore")
        || path.endsWith("/.gitignore")
        || ProjectPaths.isIn(path, own);
  }

  /** The record of a run at work. */
  RunRecord running(String id) {
    if (params.isEmpty()) {
      params = Params.all(values, new Problems());
    }
    return record(id, State.RUNNING, Optional.empty(), 0, Optional.empty(), Map.of(), List.of());
  }

  /** The record of a run that has ended, with the metrics that are there now. */
  RunRecord ended(String id, List<StageOutcome> outcomes, double seconds, int exitCode) {
    State state =
        exitCode == 0 ? State.DONE : exitCode == INTERRUPTED ? State.INTERRUPTED : State.FAILED;
    return record(
        id,
        state,
        Optional.of(Instant.now().toString()),
        rounded(seconds),
        Optional.of(exitCode),
        Metrics.read(values, List.of(), new Problems()),
        outcomes.stream().map(this::stage).toList());
  }

  private RunRecord record(
      String id,
      State state,
      Optional<String> ended,
      double seconds,
      Optional<Integer> exitCode,
      Map<String, JsonNode> metrics,
      List<StageEntry> stages) {
    return new RunRecord(
        RunRecord.FORMAT,
        id,
        state,
        command,
        assignments,
        begun.toString(),
        ended,
        seconds,
        exitCode,
        git,
        Machine.here(),
        Owner.here(),
        version(),
        EngineVersion.of(project),
        params,
        metrics,
        stages);
  }

  private StageEntry stage(StageOutcome outcome) {
    Map<String, String> outputs = new TreeMap<>();
    boolean made =
        outcome.result() != StageOutcome.Result.FAILED
            && outcome.result() != StageOutcome.Result.SKIPPED;
    if (made) {
      project
          .lockedOutputs(outcome.name())
          .forEach((path, content) -> outputs.put(path, content.digest().hex()));
    }
    return new StageEntry(
        outcome.name(),
        outcome.result().name().toLowerCase(Locale.ROOT),
        outcome.cause(),
        outcome.key(),
        rounded(outcome.seconds()),
        outputs,
        outcome.failure().map(StageOutcome.Failure::message));
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }

  private static String version() {
    String version = RunFacts.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
