package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.CheckResult.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs stages again, apart from the work tree, and compares what comes out with the lock file. Each
 * reads the inputs that the lock file names, so what one makes differently is no other's fault.
 */
public final class Check {
  /** Hears of each result as it comes; calls may come from several threads, one at a time. */
  public interface Results {
    void add(CheckResult result);
  }

  private final Project project;
  private final CheckOptions options;
  private final RunListener listener;
  private final Results listed;
  private final StopSignal stop = new StopSignal();
  private final StageExecution execution;

  // Guarded by this object.
  private final Map<String, CheckResult> results = new HashMap<>();
  private Optional<String> firstBad = Optional.empty();
  private @Nullable Throwable defect;

  /**
   * A check that has not started.
   *
   * @param worker how to start the processes of built-ins that want one of their own
   * @param listener hears how the stages run
   */
  public Check(
      Project project,
      CheckOptions options,
      WorkerCommand worker,
      RunListener listener,
      Results listed) {
    this.project = project;
    this.options = options;
    this.listener = listener;
    this.listed = listed;
    this.execution = new StageExecution(new WorkerProcess(worker), stop);
  }

  /**
   * Checks; blocks until all is done. Neither the work tree nor the lock file is written to.
   *
   * @return a result for each stage, in the order of the graph
   * @throws FtpipeException before anything runs: unknown target
   */
  public List<CheckResult> run() throws IOException {
    List<Stage> stages = selected();
    int jobs = Math.max(1, options.jobs());
    project.prepare();
    try (CheckFolder folder = CheckFolder.make(project.checks())) {
      LockedContent content =
          new LockedContent(
              project, project.lock(), project.treeIn(folder.locked()), folder.instead());
      CheckStep step =
          new CheckStep(
              project,
              content,
              folder,
              execution,
              new Slots(jobs, new ThisMachine(System.getenv())),
              listener);
      listener.started(stages.size());
      takeAll(new StageQueue(project.graph(), stages, jobs == 1), step, jobs);
    } finally {
      project.saveIndex();
    }
    return stages.stream().map(stage -> results.get(stage.name())).toList();
  }

  /** Ends what is running, for Ctrl-C, as {@link Reproduction#requestStop} does. */
  public void requestStop() {
    stop.request();
  }

  private List<Stage> selected() {
    if (options.alone().isEmpty()) {
      return project.graph().select(options.targets(), false, false);
    }
    Set<Stage> wanted = new HashSet<>(project.graph().select(options.alone(), true, false));
    if (!options.targets().isEmpty()) {
      wanted.addAll(project.graph().select(options.targets(), false, false));
    }
    return project.graph().stages().stream().filter(wanted::contains).toList();
  }

  private void takeAll(StageQueue queue, CheckStep step, int jobs) {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      Thread worker = new Thread(() -> takeFrom(queue, step), "checks " + i);
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

  private void takeFrom(StageQueue queue, CheckStep step) {
    try {
      for (Optional<Stage> next = next(queue); next.isPresent(); next = next(queue)) {
        Stage stage = next.get();
        String cause = reasonToSkip();
        accept(
            queue,
            stage,
            cause.isEmpty()
                ? step.take(stage)
                : CheckResult.of(stage.name(), Verdict.NOT_CHECKED, cause));
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      // It ends the whole check, from the thread that the caller waits in.
      end(e);
    }
  }

  private synchronized Optional<Stage> next(StageQueue queue) throws InterruptedException {
    while (!queue.isDone() && defect == null) {
      Optional<Stage> next = queue.poll();
      if (next.isPresent()) {
        return next;
      }
      wait();
    }
    return Optional.empty();
  }

  private synchronized void accept(StageQueue queue, Stage stage, CheckResult result) {
    results.put(stage.name(), result);
    if (result.exitCode() != 0 && firstBad.isEmpty()) {
      firstBad = Optional.of(stage.name());
    }
    listed.add(result);
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

  private synchronized String reasonToSkip() {
    if (stop.requested()) {
      return "interrupted";
    }
    return options.keepGoing()
        ? ""
        : firstBad.map(name -> "not reached, after " + name + " (-k goes on)").orElse("");
  }
}
