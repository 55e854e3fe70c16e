package dev.ftpipe.cloud.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.remote.Remote;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Gathers tasks and hands them to an engine, many as one job: what is asked for at about the same
 * time goes together. One thread asks the store for news of all of them.
 */
public final class TaskBatches implements Closeable {
  private static final long FASTEST_MILLIS = 200;
  private static final long SLOWEST_MILLIS = 2000;

  /** For which the store may not be reached. */
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final int atOnce;
  private final WaitingTasks waiting = new WaitingTasks();
  private final OpenBatches open;
  private final Thread thread = new Thread(this::work, "batches");
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Who runs the tasks of a batch. */
  public interface Engine {
    /** A name for a batch that nobody has used. */
    String newBatch();

    /**
     * Starts a batch.
     *
     * @param count tasks, numbered from 0
     * @param atOnce the most that may run at the same time
     * @return the engine's name for it
     */
    String submit(String batch, NodeSpec spec, int count, int atOnce) throws IOException;

    /** Whether it still has any of it. */
    boolean isAlive(String handle) throws IOException;

    /** Ends what is left of it. */
    void end(String handle) throws IOException;

    /** Removes what was made for a batch that has ended. */
    void giveBack(String handle) throws IOException;
  }

  /**
   * Tasks for one engine.
   *
   * @param atOnce the most that may run at the same time
   */
  public TaskBatches(Engine engine, Remote remote, Store store, int atOnce) {
    this.atOnce = atOnce;
    this.open = new OpenBatches(engine, remote, store);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Runs a task; blocks until it is over and what it made is in the local store.
   *
   * @param task what its machine is told
   * @param files and {@code trees}: what it reads, in the local store
   * @param log hears its lines
   * @param givenUp whether nobody wants it any more if it has not begun
   * @param stopped whether everything is to end
   * @return path to content; empty when it had not begun and nobody wanted it
   * @throws FtpipeException as the task failed
   */
  public Optional<Map<String, Artifact>> run(
      JsonNode task,
      NodeSpec spec,
      List<Blob> files,
      List<Blob> trees,
      Consumer<String> log,
      BooleanSupplier givenUp,
      BooleanSupplier stopped)
      throws InterruptedException {
    CompletableFuture<TaskResult> result = new CompletableFuture<>();
    waiting.add(new Waiting(task, spec, files, trees, log, givenUp, result, System.nanoTime()));
    while (!isDone(result)) {
      if (stopped.getAsBoolean()) {
        throw new InterruptedException();
      }
    }
    return result.join().made();
  }

  /** Waits a little. */
  private static boolean isDone(CompletableFuture<TaskResult> result) throws InterruptedException {
    try {
      result.get(200, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private void work() {
    try {
      workOn();
    } catch (RuntimeException | Error e) {
      // Whoever waits would wait for ever.
      closed();
      open.abandon(e);
      waiting.takeAll().forEach(each -> each.result().completeExceptionally(e));
    }
  }

  private void closed() {
    waiting.close();
    closing.countDown();
  }

  private void workOn() {
    long pause = FASTEST_MILLIS;
    long reached = System.nanoTime();
    while (await(pause)) {
      try {
        boolean any = submitWaiting();
        any |= open.poll();
        pause = any ? FASTEST_MILLIS : Math.min(SLOWEST_MILLIS, pause * 5 / 4);
        reached = System.nanoTime();
      } catch (FtpipeException e) {
        // Tasks go on while the store is not reached from here; it is asked again.
        if (e.kind() != FtpipeException.Kind.ENVIRONMENT
            || System.nanoTime() - reached > LONGEST_NANOS) {
          fail(e);
        }
        pause = SLOWEST_MILLIS;
      } catch (IOException e) {
        fail(FtpipeException.environment(IoProblem.sentence(e), e));
      }
    }
  }

  /** Whether there is still something to do after a pause. */
  private boolean await(long millis) {
    // A task that comes now would be the first for a while: it should not wait.
    boolean isIdle = open.isEmpty() || !waiting.isEmpty();
    try {
      return !closing.await(isIdle ? FASTEST_MILLIS : millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed();
      return false;
    }
  }

  private void fail(FtpipeException e) {
    TaskResult failed = TaskResult.failed(e);
    waiting.takeAll().forEach(each -> each.result().complete(failed));
    open.failAll(e);
  }

  private boolean submitWaiting() throws IOException {
    int free = atOnce - open.unfinished();
    // Half of the places: a job for each one that falls free would be many jobs.
    if (free * 2 < atOnce || !waiting.isGathered()) {
      return false;
    }
    Map<NodeSpec, List<Waiting>> bySpec = new LinkedHashMap<>();
    for (Waiting each : waiting.take()) {
      if (each.givenUp().getAsBoolean()) {
        each.result().complete(TaskResult.GIVEN_UP);
      } else {
        bySpec.computeIfAbsent(each.spec(), spec -> new ArrayList<>()).add(each);
      }
    }
    for (Map.Entry<NodeSpec, List<Waiting>> group : bySpec.entrySet()) {
      try {
        open.submit(group.getKey(), group.getValue(), Math.max(1, free / bySpec.size()));
      } catch (FtpipeException e) {
        TaskResult failed = TaskResult.failed(e);
        group.getValue().forEach(each -> each.result().complete(failed));
      }
    }
    return !bySpec.isEmpty();
  }

  /** Ends what runs still. */
  @Override
  public void close() throws IOException {
    closed();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    open.end();
  }
}
