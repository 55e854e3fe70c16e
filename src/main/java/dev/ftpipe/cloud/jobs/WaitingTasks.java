package dev.ftpipe.cloud.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Tasks that nobody has handed over yet: those that come at about the same time go together. */
final class WaitingTasks {
  /** The engines' usual limit for one job. */
  private static final int LARGEST = 1000;

  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);

  // Guarded by this object.
  private final List<Waiting> tasks = new ArrayList<>();
  private boolean closed;

  synchronized void add(Waiting task) {
    if (closed) {
      throw new IllegalStateException("nobody works on batches any more");
    }
    tasks.add(task);
  }

  synchronized boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** Whether no more is likely to come soon. */
  synchronized boolean isGathered() {
    if (tasks.isEmpty()) {
      return false;
    }
    long now = System.nanoTime();
    return tasks.size() >= LARGEST
        || now - tasks.get(tasks.size() - 1).since() > QUIET_NANOS
        || now - tasks.get(0).since() > LONGEST_NANOS;
  }

  /** As many as one job may have. */
  synchronized List<Waiting> take() {
    List<Waiting> first = tasks.subList(0, Math.min(LARGEST, tasks.size()));
    List<Waiting> taken = List.copyOf(first);
    first.clear();
    return taken;
  }

  synchronized List<Waiting> takeAll() {
    List<Waiting> taken = List.copyOf(tasks);
    tasks.clear();
    return taken;
  }

  /** Takes no more. */
  synchronized void close() {
    closed = true;
  }
}
