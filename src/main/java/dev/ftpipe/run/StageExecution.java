package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Stage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One attempt at what a stage does, in whatever folder stands for the project. */
final class StageExecution {
  /**
   * Bytes of input from which on a built-in gets a process of its own: this one is started for
   * short commands, and optimises its code too late for a long one.
   */
  private static final long WORTH_A_PROCESS = 32 << 20;

  private final WorkerProcess worker;
  private final StopSignal stop;
  private final AtomicReference<@Nullable Expected> expected = new AtomicReference<>();

  private record Expected(String stage, ChildProcess process) {}

  StageExecution(WorkerProcess worker, StopSignal stop) {
    this.worker = worker;
    this.stop = stop;
  }

  /**
   * Starts the process of a built-in while its inputs are still to be read: until that is done,
   * most of its start is over. One at a time; {@link #release} follows.
   */
  void expect(Stage stage, Project project) throws IOException {
    if (stage.action() instanceof Action.Call && readsLong(stage, project)) {
      ChildProcess process = worker.start(project.root(), project.folders().logs(), stage.env());
      if (!expected.compareAndSet(null, new Expected(stage.name(), process))) {
        process.abandon();
      }
    }
  }

  private boolean readsLong(Stage stage, Project project) throws IOException {
    if (expected.get() != null) {
      return false;
    }
    for (String path : stage.deps()) {
      if (project.workTree().measuresLong(path)) {
        return true;
      }
    }
    return false;
  }

  /** Ends the process that was started for the stage, if it was not needed. */
  void release(Stage stage) {
    take(stage).ifPresent(ChildProcess::abandon);
  }

  private Optional<ChildProcess> take(Stage stage) {
    Expected ready = expected.get();
    return ready != null && ready.stage.equals(stage.name()) && expected.compareAndSet(ready, null)
        ? Optional.of(ready.process)
        : Optional.empty();
  }

  /**
   * Runs the commands or the built-in to their end.
   *
   * @param root the stage's paths start here
   * @param scratch what an attempt of a built-in leaves for the next one; made when needed
   * @param crashLogs where a process that dies in native code leaves its report
   * @throws FtpipeException when the stage failed or its time was up
   * @throws InterruptedException when it was stopped
   */
  void run(Stage stage, Path root, Path scratch, Path crashLogs, StageLog log)
      throws IOException, InterruptedException {
    Deadline deadline = new Deadline(stage.timeout());
    if (stage.action() instanceof Action.Shell shell) {
      CommandRunner.run(shell, root, stage.env(), log, stop, deadline);
    } else if (stage.action() instanceof Action.Call call) {
      Files.createDirectories(scratch);
      WorkerRequest request = WorkerRequest.of(call, root, scratch);
      if (call.kind().ownProcess() || readsMuch(request)) {
        Optional<ChildProcess> ready = take(stage);
        ChildProcess process =
            ready.isPresent() ? ready.get() : worker.start(root, crashLogs, stage.env());
        WorkerProcess.run(process, request, log, stop, deadline);
      } else {
        callHere(call, request, log, deadline);
      }
    }
  }

  /**
   * Runs the commands of a stage, each in the process that the launcher sets up.
   *
   * @param workspace whose orphans they are when this process is killed
   */
  void runCommands(
      Stage stage,
      Action.Shell shell,
      CommandRunner.Launcher launcher,
      Path workspace,
      StageLog log)
      throws IOException, InterruptedException {
    Deadline deadline = new Deadline(stage.timeout());
    CommandRunner.run(shell.commands(), launcher, workspace, log, stop, deadline);
  }

  boolean stopRequested() {
    return stop.requested();
  }

  private static boolean readsMuch(WorkerRequest request) throws IOException {
    long bytes = 0;
    for (List<String> paths : request.inputs().values()) {
      for (String path : paths) {
        bytes += size(Path.of(path));
      }
    }
    return bytes >= WORTH_A_PROCESS;
  }

  /** Of a file, or of the files directly in a folder: the shards of a data set. */
  private static long size(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return Files.exists(path) ? Files.size(path) : 0;
    }
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
      }
    }
    return bytes;
  }

  private void callHere(Action.Call call, WorkerRequest request, StageLog log, Deadline deadline)
      throws IOException, InterruptedException {
    try {
      CallContext.run(
          call.kind(), request, log, () -> stop.requested() || deadline.passed(), CallFetch.NONE);
    } catch (InterruptedException e) {
      if (!stop.requested() && deadline.passed()) {
        throw FtpipeException.pipeline("timed out after " + deadline);
      }
      throw e;
    }
  }
}
