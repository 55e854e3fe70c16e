package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.tree.Required;
import dev.ftpipe.run.tree.WorkTree;
import dev.ftpipe.stage.Progress;
import dev.ftpipe.stage.StageKind;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.remote.FetchReport;
import dev.ftpipe.store.remote.PushPlan;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs the stage of a {@link StageJob} in a folder that has its inputs and nothing else. */
public final class JobRun {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final StageJob job;
  private final Path folder;
  private final Store store;
  private final Map<String, StageKind<?>> kinds;
  private final WorkerCommand worker;
  private final StopSignal stop = new StopSignal();

  /**
   * A job that has not begun.
   *
   * @param folder stands for the project
   */
  public JobRun(
      StageJob job,
      Path folder,
      Store store,
      Map<String, StageKind<?>> kinds,
      WorkerCommand worker) {
    this.job = job;
    this.folder = folder;
    this.store = store;
    this.kinds = kinds;
    this.worker = worker;
  }

  /**
   * What came out.
   *
   * @param plan what a remote has to have of it
   */
  public record Made(Map<String, Artifact> outputs, PushPlan plan) {}

  /** Ends it early, with a checkpoint where the stage writes any. */
  public void requestStop() {
    stop.request();
  }

  /** Brings what the stage reads to the local store. */
  public void fetchInputs(Remote remote) throws IOException {
    Contents contents = new Contents(store.content());
    addInputs(contents);
    if (!contents.hiddenTrees().isEmpty()) {
      remote.fetch(store.content(), remote.sized(contents.hiddenTrees()));
      contents = new Contents(store.content());
      addInputs(contents);
    }
    FetchReport report = remote.fetch(store.content(), contents.files());
    int lacking = report.absent().size() + report.damaged().size() + contents.hiddenTrees().size();
    if (lacking > 0) {
      throw FtpipeException.environment(
          lacking + " objects that the stage reads are not at " + remote.location(), null);
    }
  }

  private void addInputs(Contents contents) throws IOException {
    for (Map.Entry<String, Artifact> input : job.inputs().entrySet()) {
      contents.add(input.getKey(), input.getValue());
    }
  }

  /**
   * Places the inputs, runs the stage, keeps what it wrote. A stage that was at work on another
   * machine goes on from its last checkpoint.
   *
   * @param remote has the checkpoints
   * @param log hears what it says
   * @throws FtpipeException when it failed
   * @throws InterruptedException when it was stopped
   */
  public Made run(Remote remote, Consumer<String> log, String host)
      throws IOException, InterruptedException {
    // An attempt that was killed alone has left its command at work.
    new Orphans(folder, GRACE).end(log);
    Path state = Files.createDirectories(folder.resolve(".ftpipe/state"));
    Path logs = Files.createDirectories(state.resolve("logs"));
    WorkTree tree = WorkTree.open(folder, state, store.content(), log);
    place(tree);
    Stage stage = job.stage(kinds);
    long begun = System.nanoTime();
    SharedCheckpoints checkpoints = new CheckpointsAtRemote(() -> remote, log);
    StageLog said = new StageLog(job.name(), logs, new Heard(log));
    try (said) {
      for (int attempt = 0; !once(stage, tree, checkpoints, said, attempt); attempt++) {
        log.accept("attempt " + (attempt + 2));
      }
    }
    Map<String, Artifact> outputs = Required.outputs(tree, job.outputs(), path -> true);
    tree.save();
    if (resumes(stage)) {
      checkpoints.dropCheckpoint(ActionKey.of(job.key()));
    }
    return new Made(outputs, plan(outputs, said, (System.nanoTime() - begun) / 1e9, host));
  }

  private boolean once(
      Stage stage, WorkTree tree, SharedCheckpoints checkpoints, StageLog log, int attempt)
      throws IOException, InterruptedException {
    for (String path : job.outputs()) {
      if (!job.inputs().containsKey(path)) {
        tree.remove(path);
      }
      Files.createDirectories(tree.resolve(path).getParent());
    }
    if (stage.action() instanceof Action.Shell shell) {
      SandboxInputs.makeFolders(folder, stage, shell);
    }
    try {
      execute(stage, checkpoints, log);
      return true;
    } catch (FtpipeException e) {
      if (e.kind() != FtpipeException.Kind.ENVIRONMENT
          || attempt >= job.retries()
          || stop.requested()) {
        throw e;
      }
      log.log("attempt " + (attempt + 1) + " failed: " + e.getMessage() + "; trying again");
      return false;
    }
  }

  private void execute(Stage stage, SharedCheckpoints checkpoints, StageLog log)
      throws IOException, InterruptedException {
    Path state = folder.resolve(".ftpipe/state");
    Path scratch = state.resolve("scratch").resolve(job.key());
    StageExecution execution = new StageExecution(new WorkerProcess(worker), stop);
    StageCheckpoints.Attempt attempt =
        () -> execution.run(stage, folder, scratch, state.resolve("logs"), log);
    if (resumes(stage)) {
      new StageCheckpoints(ActionKey.of(job.key()), scratch, checkpoints, log::log)
          .around(attempt, log);
    } else {
      attempt.run();
    }
  }

  private static boolean resumes(Stage stage) {
    return stage.action() instanceof Action.Call call && call.kind().resumes();
  }

  private void place(WorkTree tree) throws IOException {
    for (Map.Entry<String, Artifact> input : job.inputs().entrySet()) {
      Files.createDirectories(tree.resolve(input.getKey()).getParent());
      if (!tree.restore(input.getKey(), input.getValue())) {
        throw FtpipeException.environment("the input " + input.getKey() + " is damaged", null);
      }
    }
    for (Map.Entry<String, String> text : job.texts().entrySet()) {
      Path file = tree.resolve(text.getKey());
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text.getValue());
      }
    }
  }

  private PushPlan plan(Map<String, Artifact> outputs, StageLog said, double seconds, String host)
      throws IOException {
    Contents contents = new Contents(store.content());
    for (Map.Entry<String, Artifact> output : outputs.entrySet()) {
      contents.add(output.getKey(), output.getValue());
    }
    if (!job.shared()) {
      return new PushPlan(contents.files(), contents.trees(), List.of(), contents.roots());
    }
    Optional<Artifact> log = Optional.empty();
    if (said.written().isPresent()) {
      ContentStore.Blob blob = store.content().put(said.written().get());
      log = Optional.of(new Artifact(Artifact.Kind.FILE, blob.digest(), blob.size()));
      contents.addLog("its log", log.get());
    }
    ActionKey key = ActionKey.of(job.key());
    store
        .actions()
        .put(
            key,
            new ActionResult(
                job.ingredients(),
                outputs,
                log,
                seconds,
                Optional.of(host),
                StageRun.version(),
                Map.of()));
    return new PushPlan(contents.files(), contents.trees(), List.of(key), contents.roots());
  }

  /** Hands on what the stage says. */
  private record Heard(Consumer<String> log) implements RunListener {
    @Override
    public void started(int stages) {}

    @Override
    public void stageStarted(String stage, String cause, boolean restoring) {}

    @Override
    public void progress(String stage, Progress progress) {}

    @Override
    public void output(String stage, String line) {
      log.accept(line);
    }

    @Override
    public void stageFinished(StageOutcome outcome) {}
  }
}
