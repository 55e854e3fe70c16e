package dev.ftpipe.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs a built-in stage in a process of its own and listens to it. */
final class WorkerProcess {
  // Time to finish a step and write a checkpoint.
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final WorkerCommand worker;

  WorkerProcess(WorkerCommand worker) {
    this.worker = worker;
  }

  /** A worker that has not been told what to do. */
  ChildProcess start(Path root, Path crashLogs, Map<String, String> env) throws IOException {
    WorkerFlags.check(worker.command().get(0), worker.flags());
    List<String> command = new ArrayList<>(worker.command());
    command.add(1, "-XX:ErrorFile=" + crashLogs.resolve("crash-%p.log"));
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().putAll(worker.env());
    builder.environment().putAll(env);
    Orphans.mark(builder, root);
    return ChildProcess.start(builder);
  }

  /** Has a started worker run the stage. */
  static void run(
      ChildProcess process, WorkerRequest request, StageLog log, StopSignal stop, Deadline deadline)
      throws IOException, InterruptedException {
    AtomicReference<@Nullable WorkerEvent> last = new AtomicReference<>();
    process.onOutput(line -> receive(line, log, last)).onError(log::log);
    // Its input stays open while we live: the worker takes the end of it for our death.
    OutputStream requests = process.stdin();
    try {
      send(request, requests);
      conclude(process.await(stop, deadline, GRACE), last.get());
    } catch (InterruptedException e) {
      // Asked to stop when it had just finished: what is finished is not lost.
      if (!(last.get() instanceof WorkerEvent.Done)) {
        throw e;
      }
    } finally {
      closeQuietly(requests);
    }
  }

  private static void receive(
      String line, StageLog log, AtomicReference<@Nullable WorkerEvent> last) {
    Optional<WorkerEvent> event = WorkerEvent.parse(line);
    if (event.isEmpty()) {
      log.log(line);
    } else if (event.get() instanceof WorkerEvent.Moved moved) {
      log.progress(moved.progress());
    } else if (event.get() instanceof WorkerEvent.Logged logged) {
      log.log(logged.line());
    } else if (event.get() instanceof WorkerEvent.Kept kept) {
      log.checkpoint(kept.parts().stream().map(Path::of).toList(), kept.position());
    } else {
      last.set(event.get());
    }
  }

  private static void send(WorkerRequest request, OutputStream requests) {
    try {
      String line = Json.mapper().writeValueAsString(request) + "\n";
      requests.write(line.getBytes(StandardCharsets.UTF_8));
      requests.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request is always JSON", e);
    } catch (IOException ignored) {
      // It died before it read: its exit code says why.
      return;
    }
  }

  private static void conclude(int exit, @Nullable WorkerEvent event) {
    if (event instanceof WorkerEvent.Failed failed) {
      throw new FtpipeException(failed.kind(), failed.message(), null);
    }
    if (event instanceof WorkerEvent.Done && exit == 0) {
      return;
    }
    String message = "its process ended with exit code " + exit + ExitCodes.meaning(exit);
    if (event instanceof WorkerEvent.Interrupted || exit == ExitCodes.KILLED) {
      throw FtpipeException.environment(
          exit == ExitCodes.KILLED
              ? message + "; use a smaller batch or model, or a machine with more memory"
              : "its process was told to stop from outside",
          null);
    }
    throw FtpipeException.pipeline(message);
  }

  private static void closeQuietly(OutputStream stream) {
    try {
      stream.close();
    } catch (IOException ignored) {
      // The other end is gone already.
      return;
    }
  }
}
