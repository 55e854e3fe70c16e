package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.CheckResult.Verdict;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    project.folders().prepare();
    try (CheckFolder folder = CheckFolder.make(project.folders().checks())) {
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
      StageQueue queue = new StageQueue(project.graph(), stages, jobs == 1);
      new StageCrew<>(queue, stop, new Taking(step)).run(jobs, "checks");
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

  /** Takes a stage; its place is nothing but itself. */
  private final class Taking implements StageCrew.Work<Stage> {
    private final CheckStep step;

    Taking(CheckStep step) {
      this.step = step;
    }

    @Override
    public Stage leave(Stage stage) {
      return stage;
    }

    @Override
    public void take(Stage stage, Stage place) throws InterruptedException {
      String cause = reasonToSkip();
      accept(
          stage,
          cause.isEmpty()
              ? step.take(stage)
              : CheckResult.of(stage.name(), Verdict.NOT_CHECKED, cause));
    }
  }

  private synchronized void accept(Stage stage, CheckResult result) {
    results.put(stage.name(), result);
    if (result.exitCode() != 0 && firstBad.isEmpty()) {
      firstBad = Optional.of(stage.name());
    }
    listed.add(result);
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
