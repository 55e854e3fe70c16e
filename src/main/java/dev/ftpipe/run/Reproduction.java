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
import org.jspecify.annotations.Nullable;

/** Brings stages up to date: each after those it depends on, as many at once as asked for. */
public final class Reproduction {
  /** While commands run, the next stage is looked at and the results of the last are kept. */
  private static final int BESIDE_THE_COMMANDS = 2;

  private static final Duration ORPHANS_GRACE = Duration.ofSeconds(10);
  private static final Duration BACKGROUND_GRACE = Duration.ofSeconds(2);

  private final Project project;
  private final ReproOptions options;
  private final RunListener listener;
  private final Slots slots;
  private final StageStep step;
  private final StopSignal stop = new StopSignal();

  // Guarded by this object.
  private final Map<String, StageOutcome> outcomes = new HashMap<>();
  private final Map<String, String> doomed = new HashMap<>();
  private Optional<String> firstFailed = Optional.empty();
  private @Nullable Throwable defect;

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
            this::reasonToSkip);
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
    project.prepare();
    WorkspaceLock held = WorkspaceLock.take(project.workspaceLock());
    try (held) {
      if (held.abandoned()) {
        endOrphans(ORPHANS_GRACE, project::note);
      }
      project.reloadLock();
      listener.started(stages.size());
      try {
        takeAll(stages);
      } finally {
        project.writeLock();
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
            && !Files.exists(project.workTree().resolve(path))) {
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
    StageQueue queue = new StageQueue(project.graph(), stages, jobs == 1);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < Math.min(jobs + BESIDE_THE_COMMANDS, stages.size()); i++) {
      Thread worker = new Thread(() -> takeFrom(queue), "stages " + i);
      worker.start();
      workers.add(worker);
    }
    try {
      for (Thread worker : workers) {
        worker.join();
      }
    } catch (InterruptedException e) {
      stop.request();
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
    if (defect != null) {
      throw new IllegalStateException("a stage could not be brought to an end", defect);
    }
  }

  /** A stage that can start, and its place in the line for a slot. */
  private record Next(Stage stage, Slots.Place place) {}

  private void takeFrom(StageQueue queue) {
    try {
      for (Optional<Next> next = next(queue); next.isPresent(); next = next(queue)) {
        Stage stage = next.get().stage();
        String cause = reasonToSkip(stage);
        StageOutcome outcome;
        try {
          outcome =
              cause.isEmpty()
                  ? step.take(stage, next.get().place())
                  : StageOutcome.skipped(stage.name(), cause);
        } finally {
          slots.leave(next.get().place());
        }
        accept(queue, stage, outcome);
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      // It ends the whole repro, from the thread that the caller waits in.
      end(e);
    }
  }

  /** The next stage that can start; empty when there is nothing left to do. */
  private synchronized Optional<Next> next(StageQueue queue) throws InterruptedException {
    while (!queue.isDone() && defect == null) {
      Optional<Stage> next = queue.poll();
      if (next.isPresent()) {
        // One at a time: in the order of the graph, however long it takes to look at each.
        Slots.Place place = options.jobs() == 1 ? slots.nextPlace() : slots.anyPlace();
        return Optional.of(new Next(next.get(), place));
      }
      wait();
    }
    return Optional.empty();
  }

  private synchronized void accept(StageQueue queue, Stage stage, StageOutcome outcome) {
    outcomes.put(stage.name(), outcome);
    boolean failed = outcome.result() == StageOutcome.Result.FAILED;
    if (failed && firstFailed.isEmpty()) {
      firstFailed = Optional.of(stage.name());
    }
    if (failed || outcome.result() == StageOutcome.Result.SKIPPED) {
      queue.dependents(stage).forEach(after -> doomed.putIfAbsent(after.name(), stage.name()));
    }
    listener.stageFinished(outcome);
    queue.finish(stage);
    notifyAll();
  }

  private synchronized void end(Throwable e) {
    if (defect == null) {
      defect = e;
    }
    stop.request();
    notifyAll();
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
