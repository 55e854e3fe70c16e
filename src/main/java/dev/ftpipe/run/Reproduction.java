package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Brings stages up to date: each after those it depends on, as many at once as asked for. */
public final class Reproduction {
  private static final Duration ORPHANS_GRACE = Duration.ofSeconds(10);

  private final Project project;
  private final ReproOptions options;
  private final RunListener listener;
  private final StageStep step;
  private final StopSignal stop = new StopSignal();

  private Optional<String> firstFailed = Optional.empty();
  private final Map<String, Stage> waiting = new LinkedHashMap<>();
  private final Map<String, StageOutcome> outcomes = new HashMap<>();
  private final Set<String> running = new HashSet<>();
  private final BlockingQueue<End> finished = new LinkedBlockingQueue<>();

  /**
   * A repro that has not started.
   *
   * @param worker how to start the processes of built-ins that want one of their own
   */
  public Reproduction(
      Project project, ReproOptions options, WorkerCommand worker, RunListener listener) {
    this.project = project;
    this.options = options;
    this.listener = listener;
    this.step = new StageStep(project, options, new WorkerProcess(worker), listener, stop);
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
        endOrphans();
      }
      project.reloadLock();
      listener.started(stages.size());
      stages.forEach(stage -> waiting.put(stage.name(), stage));
      schedule();
      project.writeLock();
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

  private void endOrphans() throws IOException {
    try {
      new Orphans(project.root(), ORPHANS_GRACE).end(project::note);
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

  private void schedule() throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, options.jobs()));
    try {
      while (!waiting.isEmpty() || !running.isEmpty()) {
        skipHopeless();
        for (Stage stage : ready(Math.max(1, options.jobs()) - running.size())) {
          waiting.remove(stage.name());
          running.add(stage.name());
          pool.execute(() -> finished.add(attempt(stage)));
        }
        if (!running.isEmpty()) {
          accept(finished.take());
        }
      }
    } catch (InterruptedException e) {
      stop.request();
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    } finally {
      pool.shutdown();
    }
  }

  /** How the attempt of a stage ended: an outcome, or a defect of ftpipe. */
  private record End(String stage, Optional<StageOutcome> outcome, Optional<Throwable> defect) {}

  private End attempt(Stage stage) {
    try {
      return new End(stage.name(), Optional.of(step.take(stage)), Optional.empty());
    } catch (RuntimeException | Error e) {
      // It ends the whole repro, from the thread that the caller waits in.
      return new End(stage.name(), Optional.empty(), Optional.of(e));
    }
  }

  private void accept(End end) {
    running.remove(end.stage());
    end.outcome().ifPresent(this::finish);
    if (end.defect().isPresent()) {
      stop.request();
      throw new IllegalStateException("stage " + end.stage(), end.defect().get());
    }
  }

  private void finish(StageOutcome outcome) {
    outcomes.put(outcome.name(), outcome);
    if (outcome.result() == StageOutcome.Result.FAILED && firstFailed.isEmpty()) {
      firstFailed = Optional.of(outcome.name());
    }
    listener.stageFinished(outcome);
  }

  /** Takes stages off the list that cannot run any more. */
  private void skipHopeless() {
    for (Stage stage : List.copyOf(waiting.values())) {
      String cause = hopeless(stage);
      if (!cause.isEmpty()) {
        waiting.remove(stage.name());
        finish(StageOutcome.skipped(stage.name(), cause));
      }
    }
  }

  private String hopeless(Stage stage) {
    if (stop.requested()) {
      return "interrupted before it ran";
    }
    for (Stage before : project.graph().upstream(stage)) {
      StageOutcome outcome = outcomes.get(before.name());
      if (outcome != null
          && (outcome.result() == StageOutcome.Result.FAILED
              || outcome.result() == StageOutcome.Result.SKIPPED)) {
        return "needs " + before.name();
      }
    }
    return options.keepGoing()
        ? ""
        : firstFailed.map(name -> "not reached: " + name + " failed").orElse("");
  }

  private List<Stage> ready(int slots) {
    return waiting.values().stream()
        .filter(
            stage ->
                project.graph().upstream(stage).stream()
                    .noneMatch(up -> waiting.containsKey(up.name()) || running.contains(up.name())))
        .limit(slots)
        .toList();
  }
}
