package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings stages up to date: each after those it depends on, as many at once as asked for. */
public final class Reproduction {
  /** While commands run, the next stage is looked at and the results of the last are kept. */
  private static final int BESIDE_THE_COMMANDS = 2;

  private static final Duration BACKGROUND_GRACE = Duration.ofSeconds(2);

  private final Project project;
  private final ReproOptions options;
  private final RunListener listener;
  private final Elsewhere elsewhere;
  private final Slots slots;
  private final StageStep step;
  private final StopSignal stop = new StopSignal();

  // Guarded by this object.
  private final Map<String, StageOutcome> outcomes = new HashMap<>();
  private final Map<String, String> doomed = new HashMap<>();
  private Optional<String> firstFailed = Optional.empty();

  /**
   * A repro that has not started.
   *
   * @param worker how to start the processes of built-ins that want one of their own
   */
  public Reproduction(
      Project project, ReproOptions options, WorkerCommand worker, RunListener listener) {
    this(project, options, worker, listener, SharedResults.NONE);
  }

  /**
   * A repro that takes part in what others make.
   *
   * @param shared asked for what is not here, and told of what is made
   */
  public Reproduction(
      Project project,
      ReproOptions options,
      WorkerCommand worker,
      RunListener listener,
      SharedResults shared) {
    this(project, options, worker, listener, shared, Elsewhere.NOWHERE);
  }

  /**
   * A repro that has some stages run on other machines.
   *
   * @param elsewhere who runs them; so many may wait for their machines as it says, while {@code
   *     jobs} counts those that run here
   */
  public Reproduction(
      Project project,
      ReproOptions options,
      WorkerCommand worker,
      RunListener listener,
      SharedResults shared,
      Elsewhere elsewhere) {
    this.elsewhere = elsewhere;
    this.project = project;
    this.options = options;
    this.listener = listener;
    this.slots = new Slots(Math.max(1, options.jobs()), new ThisMachine(System.getenv()));
    this.step =
        new StageStep(
            project,
            options,
            new StageExecution(new WorkerProcess(worker), stop),
            slots,
            listener,
            shared,
            elsewhere,
            new StageStep.Course() {
              @Override
              public String reasonToSkip(Stage stage) {
                return Reproduction.this.reasonToSkip(stage);
              }

              @Override
              public void isFailing(Stage stage) {
                noteFailure(stage.name());
              }
            });
  }

  /**
   * Runs what has to run; blocks until all is done. A stage that fails is an outcome, not an
   * exception.
   *
   * @return what was done with each stage, in the order of the graph
   * @throws FtpipeException before anything runs: unknown target, missing source, another repro at
   *     work in this folder
   */
  public List<StageOutcome> run() throws IOException {
    List<Stage> stages =
        project.graph().select(options.targets(), options.singleItem(), options.downstream());
    requireSources(stages);
    project.folders().prepare();
    WorkspaceLock held = WorkspaceLock.take(project.folders().workspaceLock());
    try (held) {
      Orphans.endAfter(held, project.root(), project::note);
      project.reloadLock();
      project.sources().takeChanges(stages);
      listener.started(stages.size());
      try {
        takeAll(stages);
      } finally {
        project.writeLock();
      }
      if (outcomes.values().stream().anyMatch(StageOutcome::hasOutputs)) {
        new GitIgnoring(project).addOutputs(stages);
      }
      if (stop.requested()) {
        // What the commands started in the background and left behind.
        endOrphans(BACKGROUND_GRACE, ended -> {});
      }
      listener.ended();
    } finally {
      project.saveIndex();
    }
    return stages.stream().map(stage -> outcomes.get(stage.name())).toList();
  }

  /**
   * Ends what is running, for Ctrl-C: children get TERM, a grace, KILL; {@link #run} returns with
   * their stages failed (exit code 130) and the rest skipped. A second call ends the grace. May be
   * called from any thread.
   */
  public void requestStop() {
    stop.request();
  }

  private void endOrphans(Duration grace, Consumer<String> notes) throws IOException {
    try {
      new Orphans(project.root(), grace).end(notes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }

  private void requireSources(List<Stage> stages) {
    List<String> problems = new ArrayList<>();
    for (Stage stage : stages) {
      for (String path : stage.deps()) {
        if (!stage.frozen()
            && project.isSource(path)
            && !Files.exists(project.workTree().resolve(path))
            && !project.sources().willBring(path)) {
          problems.add(
              stage.location()
                  + ": stage '"
                  + stage.name()
                  + "' reads "
                  + path
                  + ", which is not there and which no stage makes; put it there, or correct the"
                  + " path");
        }
      }
    }
    if (!problems.isEmpty()) {
      throw FtpipeException.usage(String.join("\n", problems));
    }
  }

  private void takeAll(List<Stage> stages) {
    int jobs = Math.max(1, options.jobs());
    StageQueue queue =
        new StageQueue(project.graph(), stages, jobs == 1 && elsewhere.atOnce() == 0);
    int threads = jobs + BESIDE_THE_COMMANDS + elsewhere.atOnce();
    new StageCrew<>(queue, stop, new Taking(queue)).run(Math.min(threads, stages.size()), "stages");
  }

  /** Takes a stage with its place in the line for a slot. */
  private final class Taking implements StageCrew.Work<Slots.Place> {
    private final StageQueue queue;

    Taking(StageQueue queue) {
      this.queue = queue;
    }

    @Override
    public Slots.Place leave(Stage stage) {
      // One at a time: in the order of the graph, however long it takes to look at each.
      return options.jobs() == 1 && elsewhere.atOnce() == 0 ? slots.nextPlace() : slots.anyPlace();
    }

    @Override
    public void take(Stage stage, Slots.Place place) throws InterruptedException {
      String cause = reasonToSkip(stage);
      StageOutcome outcome;
      try {
        outcome =
            cause.isEmpty() ? step.take(stage, place) : StageOutcome.skipped(stage.name(), cause);
      } finally {
        slots.leave(place);
      }
      accept(queue, stage, outcome);
    }
  }

  private synchronized void accept(StageQueue queue, Stage stage, StageOutcome outcome) {
    outcomes.put(stage.name(), outcome);
    boolean failed = outcome.result() == StageOutcome.Result.FAILED;
    if (failed) {
      noteFailure(stage.name());
    }
    // What failed is told to all that needed it, however far behind it they are.
    String needed = failed ? stage.name() : doomed.get(stage.name());
    if (needed != null) {
      queue.dependents(stage).forEach(after -> doomed.putIfAbsent(after.name(), needed));
    }
    listener.stageFinished(outcome);
  }

  private synchronized void noteFailure(String stage) {
    if (firstFailed.isEmpty()) {
      firstFailed = Optional.of(stage);
    }
  }

  /** Why a stage is not to start any more; empty when it is to. */
  private synchronized String reasonToSkip(Stage stage) {
    if (stop.requested()) {
      return "interrupted before it ran";
    }
    String before = doomed.get(stage.name());
    if (before != null) {
      return "needs " + before;
    }
    return options.keepGoing()
        ? ""
        : firstFailed.map(name -> "not reached: " + name + " failed").orElse("");
  }
}
