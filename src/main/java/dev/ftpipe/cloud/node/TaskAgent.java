package dev.ftpipe.cloud.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.jobs.TaskResult;
import dev.ftpipe.cloud.jobs.Tasks;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.remote.PushPlan;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Plays the machine of one task: runs it, and tells the store what it says and made. */
public final class TaskAgent {
  /** Tells the engine that the task is not over. */
  private static final int LEFT = 143;

  private static final long LOG_MILLIS = 1000;

  private final String batch;
  private final int index;
  private final Remote remote;
  private final Store store;

  /** The machine of a task. */
  public TaskAgent(String batch, int index, Remote remote, Store store) {
    this.batch = batch;
    this.index = index;
    this.remote = remote;
    this.store = store;
  }

  /** What it made, and what the remote has to have of that. */
  public record Made(Map<String, Artifact> outputs, PushPlan plan) {}

  /** The task itself. */
  public interface Work {
    /**
     * Runs it.
     *
     * @param log hears its lines
     */
    Made run(JsonNode task, Consumer<String> log) throws IOException, InterruptedException;
  }

  /**
   * Runs the task, unless it has ended or nobody wants it.
   *
   * @return the exit code: 0 also when the task failed, which is told elsewhere; 128 and more when
   *     another attempt has to follow
   */
  public int run(Work work) throws IOException {
    Tasks tasks = new Tasks(remote.objects());
    int code = run(work, tasks, new CloudRuns(remote.objects()));
    if (!tasks.isKnown(batch)) {
      // Nobody waits for the batch any more, and what was said since would lie there for ever.
      tasks.drop(batch);
    }
    return code;
  }

  private int run(Work work, Tasks tasks, CloudRuns runs) throws IOException {
    if (tasks.result(batch, index).isPresent()) {
      return 0;
    }
    if (runs.isCancelled(batch)) {
      tasks.end(batch, index, TaskResult.GIVEN_UP);
      return 0;
    }
    JsonNode task = tasks.task(batch, index);
    LogShipper log = new LogShipper(runs, Tasks.name(batch, index));
    TaskResult result;
    try {
      result = attempt(work, task, log);
    } catch (InterruptedException e) {
      StoreRetries.done(log::send);
      return LEFT;
    } catch (FtpipeException e) {
      result = TaskResult.failed(e);
    } catch (IOException e) {
      result = TaskResult.failed(FtpipeException.environment(IoProblem.sentence(e), e));
    }
    TaskResult told = result;
    StoreRetries.done(
        () -> {
          log.send();
          tasks.end(batch, index, told);
        });
    return 0;
  }

  private TaskResult attempt(Work work, JsonNode task, LogShipper log)
      throws IOException, InterruptedException {
    ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();
    Future<?> beat =
        heart.scheduleWithFixedDelay(
            () -> sendQuietly(log), LOG_MILLIS, LOG_MILLIS, TimeUnit.MILLISECONDS);
    try {
      Made made = work.run(task, log::line);
      StoreRetries.answered(() -> remote.push(store, made.plan()));
      Set<Digest> folders =
          made.outputs().values().stream()
              .filter(output -> output.kind() == Artifact.Kind.TREE)
              .map(Artifact::digest)
              .collect(Collectors.toUnmodifiableSet());
      return new TaskResult(
          true,
          made.outputs(),
          made.plan().trees().stream().filter(tree -> folders.contains(tree.digest())).toList(),
          Optional.empty());
    } finally {
      beat.cancel(false);
      heart.shutdown();
      heart.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  /** What a beat could not send goes with the next one; at the end it is an error. */
  private static void sendQuietly(LogShipper log) {
    try {
      log.send();
    } catch (IOException | FtpipeException e) {
      return;
    }
  }
}
