package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes one stage from its decision to its outcome. */
final class StageStep {
  private final Project project;
  private final Assessor assessor;
  private final StageExecution execution;
  private final Slots slots;
  private final boolean sandbox;
  private final RunListener listener;
  private final SharedResults shared;
  private final Elsewhere elsewhere;
  private final Course course;

  /** What has become of the other stages. */
  interface Course {
    /** Empty: it runs. */
    String reasonToSkip(Stage stage);

    /**
     * Told before the slot of the stage is free, so that none starts in it that is to be skipped.
     */
    void isFailing(Stage stage);
  }

  /**
   * A way to take stages.
   *
   * @param elsewhere runs some of them
   * @param course asked once more when a stage has waited for its slot
   */
  StageStep(
      Project project,
      ReproOptions options,
      StageExecution execution,
      Slots slots,
      RunListener listener,
      SharedResults shared,
      Elsewhere elsewhere,
      Course course) {
    this.project = project;
    this.assessor = new Assessor(project, options.force(), options.useCache(), shared);
    this.execution = execution;
    this.slots = slots;
    this.sandbox = options.sandbox();
    this.listener = listener;
    this.shared = shared;
    this.elsewhere = elsewhere;
    this.course = course;
  }

  /**
   * Restores or runs the stage, or finds that neither is needed; what fails is an outcome.
   *
   * @param place in the line for a slot
   */
  StageOutcome take(Stage stage, Slots.Place place) {
    try {
      return takeExpected(stage, place);
    } finally {
      execution.release(stage);
    }
  }

  private StageOutcome takeExpected(Stage stage, Slots.Place place) {
    long start = System.nanoTime();
    Assessment assessment;
    try {
      if (!stage.frozen()) {
        project.sources().placeUnknown(stage, shared);
        if (!elsewhere.takes(stage)) {
          execution.expect(stage, project);
        }
      }
      assessment = assessor.assess(stage);
    } catch (FtpipeException | IOException e) {
      return failed(stage, Optional.empty(), start, named(e), List.of());
    }
    return switch (assessment.state()) {
      case UP_TO_DATE -> outcome(assessment, StageOutcome.Result.UNCHANGED, "", start);
      case FROZEN -> frozen(assessment, start);
      case CACHED -> restore(assessment, place, start);
      case CHANGED, WAITS -> run(assessment, place, start);
    };
  }

  private StageOutcome frozen(Assessment assessment, long start) {
    if (assessment.changes().isEmpty()) {
      return outcome(assessment, StageOutcome.Result.UNCHANGED, "frozen", start);
    }
    try {
      if (!assessment.outputs().isEmpty() && putInPlace(assessment).isEmpty()) {
        return outcome(assessment, StageOutcome.Result.RESTORED, assessment.cause(), start);
      }
    } catch (FtpipeException | IOException e) {
      return failed(assessment, start, named(e), List.of());
    }
    return failed(
        assessment,
        start,
        FtpipeException.pipeline(
            "it is frozen and its outputs can be had from nowhere ("
                + assessment.cause()
                + "); remove 'frozen' to run it"),
        List.of());
  }

  private StageOutcome restore(Assessment assessment, Slots.Place place, long start) {
    Stage stage = assessment.stage();
    listener.stageStarted(stage.name(), assessment.cause(), true);
    try {
      Optional<String> damaged = putInPlace(assessment);
      if (damaged.isPresent()) {
        List<Change> changes = new ArrayList<>();
        changes.add(
            Change.ofStage("output " + damaged.get() + " was damaged or missing in the cache"));
        changes.addAll(assessment.changes());
        return run(assessment.because(changes), place, start);
      }
      project.record(
          stage,
          new LockFile.Entry(
              assessment.ingredients().orElseThrow().key(),
              assessment.ingredients().orElseThrow(),
              assessment.outputs()),
          assessment.inputs());
      return outcome(assessment, StageOutcome.Result.RESTORED, assessment.cause(), start);
    } catch (FtpipeException | IOException e) {
      return failed(assessment, start, named(e), List.of());
    }
  }

  /** Puts the known outputs in place; the path of the first that could not be, if any. */
  private Optional<String> putInPlace(Assessment assessment) throws IOException {
    for (Output output : assessment.stage().outs()) {
      Artifact wanted = assessment.outputs().get(output.path());
      Optional<Artifact> there = project.inPlace(output);
      if (wanted == null
          || (!there.equals(Optional.of(wanted))
              && !project.workTree().restore(output.path(), wanted))) {
        return Optional.of(output.path());
      }
    }
    return Optional.empty();
  }

  private StageOutcome run(Assessment assessment, Slots.Place place, long start) {
    Stage stage = assessment.stage();
    if (assessment.ingredients().isEmpty()) {
      return failed(
          assessment,
          start,
          FtpipeException.pipeline(assessment.cause() + "; run the stage that makes it first"),
          List.of());
    }
    try {
      project.sources().place(stage, shared);
    } catch (FtpipeException | IOException e) {
      return failed(assessment, start, named(e), List.of());
    }
    try (StageLog log = new StageLog(stage.name(), project.folders().logs(), listener)) {
      StageRun run = new StageRun(project, execution, shared, assessment, log, sandbox);
      try {
        long begun =
            elsewhere.takes(stage)
                ? executeElsewhere(run, assessment)
                : executeInSlot(run, assessment, place);
        if (begun < 0) {
          return StageOutcome.skipped(stage.name(), course.reasonToSkip(stage));
        }
        run.keep(seconds(begun));
        if (assessment.ingredients().isPresent()) {
          shared.publish(stage, assessment.ingredients().get().key());
        }
        return outcome(assessment, StageOutcome.Result.RUN, assessment.cause(), begun);
      } catch (InterruptedException e) {
        discard(stage);
        return failed(
            assessment,
            start,
            FtpipeException.interrupted("interrupted; ftpipe repro goes on from here"),
            List.of());
      } catch (FtpipeException | IOException e) {
        discard(stage);
        return failed(assessment, start, named(e), log.tail());
      }
    } catch (IOException e) {
      return failed(assessment, start, named(e), List.of());
    }
  }

  /** When it was sent, or -1 when it is not to begin any more. */
  private long executeElsewhere(StageRun run, Assessment assessment)
      throws IOException, InterruptedException {
    Stage stage = assessment.stage();
    if (!course.reasonToSkip(stage).isEmpty()) {
      return -1;
    }
    listener.stageStarted(stage.name(), assessment.cause(), false);
    long begun = System.nanoTime();
    return run.executeElsewhere(elsewhere, () -> !course.reasonToSkip(stage).isEmpty())
        ? begun
        : -1;
  }

  /** When the execution began, or -1 when it is not to begin any more. */
  private long executeInSlot(StageRun run, Assessment assessment, Slots.Place place)
      throws IOException, InterruptedException {
    Stage stage = assessment.stage();
    Slots.Lease lease = slots.take(stage.resources(), place);
    try {
      if (!course.reasonToSkip(stage).isEmpty()) {
        return -1;
      }
      listener.stageStarted(stage.name(), assessment.cause(), false);
      long begun = System.nanoTime();
      run.execute(lease.variables());
      return begun;
    } catch (FtpipeException | IOException e) {
      course.isFailing(stage);
      throw e;
    } finally {
      slots.giveBack(lease);
    }
  }

  // Half an output of a built-in is of no use to anyone; half an output of a command may help to
  // find out what went wrong, and is removed when it runs again.
  private void discard(Stage stage) throws IOException {
    if (stage.action() instanceof Action.Call) {
      for (Output output : stage.outs()) {
        if (!output.persist()) {
          project.workTree().remove(output.path());
        }
      }
    }
  }

  private static FtpipeException named(Exception e) {
    return e instanceof FtpipeException known
        ? known
        : FtpipeException.environment(IoProblem.sentence((IOException) e), e);
  }

  private static StageOutcome outcome(
      Assessment assessment, StageOutcome.Result result, String cause, long start) {
    return new StageOutcome(
        assessment.stage().name(),
        result,
        cause,
        assessment.key(),
        seconds(start),
        Optional.empty());
  }

  private StageOutcome failed(
      Assessment assessment, long start, FtpipeException e, List<String> tail) {
    return failed(assessment.stage(), Optional.of(assessment), start, e, tail);
  }

  private StageOutcome failed(
      Stage stage,
      Optional<Assessment> assessment,
      long start,
      FtpipeException e,
      List<String> tail) {
    return new StageOutcome(
        stage.name(),
        StageOutcome.Result.FAILED,
        assessment.map(Assessment::cause).orElse(""),
        assessment.flatMap(Assessment::key),
        seconds(start),
        Optional.of(new StageOutcome.Failure(shown(e), e.kind().exitCode(), tail)));
  }

  /** Paths in the project as its files name them, whoever wrote the message. */
  private String shown(FtpipeException e) {
    return e.getMessage().replace(project.root() + "/", "");
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
