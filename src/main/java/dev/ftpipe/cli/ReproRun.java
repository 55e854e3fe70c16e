package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.history.RunRecording;
import dev.ftpipe.history.Workspace;
import dev.ftpipe.run.Elsewhere;
import dev.ftpipe.run.Outlook;
import dev.ftpipe.run.ParamsInPlace;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.ReproOptions;
import dev.ftpipe.run.Reproduction;
import dev.ftpipe.run.StageOutcome;
import dev.ftpipe.run.StageOutcome.Result;
import dev.ftpipe.run.StageStatus;
import dev.ftpipe.run.Statuses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One repro: its display, its record, and the line or object at its end.
 *
 * @param command the command line, for the record
 * @param sharing what it has to do with the remote
 * @param on whose machines run stages; empty: this one
 */
record ReproRun(
    Invocation invocation,
    ReproOptions options,
    List<String> command,
    boolean json,
    SharingOptions sharing,
    Optional<OnOptions> on) {
  /**
   * How it ended.
   *
   * @param record id of its run record; empty when nothing was to be done
   */
  record Ended(List<StageOutcome> outcomes, Optional<String> record) {
    int exitCode() {
      return RunRecording.exitCode(outcomes);
    }
  }

  /** Shows what it would do. */
  int show(Project project) throws IOException {
    List<StageStatus> statuses =
        json || invocation.verbose()
            ? Statuses.explained(project, options)
            : Statuses.of(project, options);
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(JsonOutput.Status.of(statuses)));
    } else {
      StatusText.print(
          statuses,
          invocation.terminal(),
          invocation.verbose(),
          invocation.verbose() ? new Outlook(project)::of : StatusText.More.NONE);
    }
    return 0;
  }

  /**
   * Runs it and prints its results.
   *
   * @param overrides the values that the project was opened with
   * @return the exit code
   */
  int run(Project project, ParamOverrides overrides) throws IOException {
    Ended ended = watched(project, overrides, RunRecording.Begin.WITH_THE_FIRST_STAGE_AT_WORK);
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(JsonOutput.Repro.of(ended.outcomes())));
    }
    return ended.exitCode();
  }

  /** Runs it with a display and a record, and leaves the results to the caller. */
  Ended watched(Project project, ParamOverrides overrides, RunRecording.Begin begin)
      throws IOException {
    ProgressDisplay display =
        new ProgressDisplay(
            invocation.terminal(), invocation.quiet(), invocation.verbose(), options.jobs());
    RunRecording recording =
        new RunRecording(
            project,
            new Workspace(project.root(), project.graph(), overrides),
            new RunRecording.Asked(command, overrides.assignments(), begin),
            invocation::note,
            display);
    long begun = System.nanoTime();
    List<StageOutcome> outcomes;
    ParamsInPlace params =
        ParamsInPlace.of(project.root(), project.graph(), overrides, invocation::note);
    try (params;
        Shared shared = sharing.open(invocation, project)) {
      outcomes = outcomes(project, recording, shared);
      if (recording.id().isPresent()) {
        shared.publish(recording.id().get());
      }
    } finally {
      if (recording.id().isPresent()) {
        MlflowReport.send(invocation, project, recording.id().get());
      }
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (!json && !invocation.quiet()) {
      invocation.terminal().err().println(summary(outcomes, seconds));
    }
    return new Ended(outcomes, recording.id());
  }

  private List<StageOutcome> outcomes(Project project, RunRecording recording, Shared shared)
      throws IOException {
    if (on.isEmpty()) {
      return outcomes(project, recording, shared, Elsewhere.NOWHERE, () -> {});
    }
    try (OnProfile there = on.get().open(invocation, project.root())) {
      return outcomes(project, recording, shared, there, there::stop);
    }
  }

  private List<StageOutcome> outcomes(
      Project project, RunRecording recording, Shared shared, Elsewhere there, Runnable stop)
      throws IOException {
    Reproduction reproduction =
        new Reproduction(
            project, options, invocation.wiring().worker(), recording, shared.results(), there);
    invocation
        .stop()
        .onRaise(
            () -> {
              stop.run();
              reproduction.requestStop();
            });
    return recording.around(reproduction::run);
  }

  private static String summary(List<StageOutcome> outcomes, double seconds) {
    List<String> parts = new ArrayList<>();
    for (Result result : Result.values()) {
      long count = outcomes.stream().filter(each -> each.result() == result).count();
      if (count > 0) {
        parts.add(count + " " + (result == Result.RUN ? "run" : JsonOutput.lower(result)));
      }
    }
    String counts = String.join(", ", parts);
    boolean nothing = outcomes.stream().allMatch(each -> each.result() == Result.UNCHANGED);
    return (nothing ? "Nothing to do: " : "")
        + counts
        + String.format(Locale.ROOT, " in %.1f s", seconds);
  }
}
