package dev.ftpipe.cloud.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.remote.PushPlan;
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
  /** The engines' usual limit for one job. */
  private static final int LARGEST = 1000;

  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long FASTEST_MILLIS = 200;
  private static final long SLOWEST_MILLIS = 2000;

  private final Engine engine;
  private final Remote remote;
  private final Store store;
  private final int atOnce;
  private final Map<TaskBatch, String> batches = new LinkedHashMap<>();
  private final Thread thread = new Thread(this::work, "batches");

  // Guarded by this object.
  private List<Waiting> waiting = new ArrayList<>();
  private boolean closed;

  private final CountDownLatch closing = new CountDownLatch(1);

  /** Who runs the tasks of a batch. */
  public interface Engine {
    /** A name for a batch that nobody has used. */
    String newBatch() throws IOException;

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
  }

  /**
   * Tasks for one engine.
   *
   * @param atOnce the most that may run at the same time
   */
  public TaskBatches(Engine engine, Remote remote, Store store, int atOnce) {
    this.engine = engine;
    this.remote = remote;
    this.store = store;
    this.atOnce = atOnce;
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
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("nobody works on batches any more");
      }
      waiting.add(new Waiting(task, spec, files, trees, log, givenUp, result, System.nanoTime()));
    }
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
      batches.keySet().forEach(batch -> batch.abandon(e));
      take(Integer.MAX_VALUE).forEach(each -> each.result().completeExceptionally(e));
    }
  }

  private synchronized void closed() {
    closed = true;
    closing.countDown();
  }

  private void workOn() {
    long pause = FASTEST_MILLIS;
    while (await(pause)) {
      try {
        boolean any = submitWaiting();
        any |= poll();
        pause = any ? FASTEST_MILLIS : Math.min(SLOWEST_MILLIS, pause * 5 / 4);
      } catch (FtpipeException e) {
        fail(e);
      } catch (IOException e) {
        fail(FtpipeException.environment(IoProblem.sentence(e), e));
      }
    }
  }

  /** Whether there is still something to do after a pause. */
  private boolean await(long millis) {
    try {
      return !closing.await(isIdle() ? FASTEST_MILLIS : millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed();
      return false;
    }
  }

  /** Whether a task that comes now would be the first for a while. */
  private synchronized boolean isIdle() {
    return batches.isEmpty() || !waiting.isEmpty();
  }

  private void fail(FtpipeException e) {
    TaskResult failed = TaskResult.failed(e);
    take(Integer.MAX_VALUE).forEach(each -> each.result().complete(failed));
    batches.keySet().forEach(batch -> batch.failAll(e));
  }

  private synchronized List<Waiting> take(int most) {
    List<Waiting> taken = waiting;
    waiting = new ArrayList<>(taken.subList(Math.min(most, taken.size()), taken.size()));
    return List.copyOf(taken.subList(0, Math.min(most, taken.size())));
  }

  private int unfinished() {
    return batches.keySet().stream().mapToInt(TaskBatch::unfinished).sum();
  }

  private boolean submitWaiting() throws IOException {
    int free = atOnce - unfinished();
    // Half of the places: a job for each one that falls free would be many jobs.
    if (free * 2 < atOnce || !isGathered()) {
      return false;
    }
    List<Waiting> wanted = new ArrayList<>();
    for (Waiting each : take(LARGEST)) {
      if (each.givenUp().getAsBoolean()) {
        each.result().complete(TaskResult.GIVEN_UP);
      } else {
        wanted.add(each);
      }
    }
    Map<NodeSpec, List<Waiting>> bySpec = new LinkedHashMap<>();
    wanted.forEach(
        each -> bySpec.computeIfAbsent(each.spec(), spec -> new ArrayList<>()).add(each));
    for (Map.Entry<NodeSpec, List<Waiting>> group : bySpec.entrySet()) {
      try {
        submit(group.getKey(), group.getValue(), Math.max(1, free / bySpec.size()));
      } catch (FtpipeException e) {
        TaskResult failed = TaskResult.failed(e);
        group.getValue().forEach(each -> each.result().complete(failed));
      }
    }
    return !wanted.isEmpty();
  }

  /** Whether no more is likely to come soon. */
  private synchronized boolean isGathered() {
    if (waiting.isEmpty()) {
      return false;
    }
    long now = System.nanoTime();
    return waiting.size() >= LARGEST
        || now - waiting.get(waiting.size() - 1).since() > QUIET_NANOS
        || now - waiting.get(0).since() > LONGEST_NANOS;
  }

  private void submit(NodeSpec spec, List<Waiting> group, int most) throws IOException {
    List<Blob> files = new ArrayList<>();
    List<Blob> trees = new ArrayList<>();
    group.forEach(
        each -> {
          files.addAll(each.files());
          trees.addAll(each.trees());
        });
    remote.push(
        store,
        new PushPlan(
            files.stream().distinct().toList(), trees.stream().distinct().toList(), List.of()));
    String id = engine.newBatch();
    Tasks tasks = new Tasks(remote.objects());
    tasks.submit(id, group.stream().map(Waiting::task).toList());
    TaskBatch batch = new TaskBatch(id, new CloudRuns(remote.objects()), tasks, group);
    batches.put(batch, engine.submit(id, spec, group.size(), Math.min(most, group.size())));
  }

  private boolean poll() throws IOException {
    boolean any = false;
    ResultContent content = new ResultContent(remote, store);
    for (Map.Entry<TaskBatch, String> each : List.copyOf(batches.entrySet())) {
      TaskBatch batch = each.getKey();
      any |= batch.poll(content::bring);
      batch.ask(() -> engine.isAlive(each.getValue()), content::bring);
      if (batch.unfinished() == 0) {
        batches.remove(batch);
        batch.drop();
      }
    }
    return any;
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
    for (String handle : batches.values()) {
      engine.end(handle);
    }
  }
}
