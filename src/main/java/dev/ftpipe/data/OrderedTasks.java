package dev.ftpipe.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does numbered tasks on all cores. They begin in the order of their numbers, and when some fail,
 * the failure of the lowest number is the one that is thrown: it does not depend on how many cores
 * there are or which was fastest.
 */
final class OrderedTasks {
  /** More of them wait for memory and the disk, not for each other. */
  private static final int MAX_WORKERS = 8;

  private static final long LOOK_MILLIS = 100;

  private final int tasks;
  private final CountDownLatch running;
  private int next;
  private boolean stopped;
  private int failedTask = Integer.MAX_VALUE;
  private @Nullable Throwable failure;

  /** What one thread has to itself while it does tasks, one after another. */
  interface Worker extends Closeable {
    void task(int number) throws IOException;

    @Override
    default void close() throws IOException {}
  }

  /** Makes what a thread has to itself; called in that thread. */
  @FunctionalInterface
  interface Workers {
    Worker open() throws IOException;
  }

  /** Called several times a second by the thread that waits; its exception ends the run. */
  @FunctionalInterface
  interface Look {
    void look() throws InterruptedException;
  }

  private OrderedTasks(int tasks, int threads) {
    this.tasks = tasks;
    this.running = new CountDownLatch(threads);
  }

  /** How many workers there will be at most for so many tasks. */
  static int workers(int tasks) {
    int cores = Math.min(MAX_WORKERS, Runtime.getRuntime().availableProcessors());
    return Math.max(1, Math.min(tasks, cores));
  }

  /** Does tasks 0 to {@code tasks - 1} with as many workers as there are cores. */
  static void run(int tasks, Workers workers, Look look) throws IOException, InterruptedException {
    run(tasks, workers(tasks), workers, look);
  }

  /** Does tasks 0 to {@code tasks - 1}; returns when no thread works any more, whatever happens. */
  static void run(int tasks, int threads, Workers workers, Look look)
      throws IOException, InterruptedException {
    OrderedTasks run = new OrderedTasks(tasks, threads);
    List<Thread> started = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(() -> run.work(workers), "data-" + i);
      thread.setDaemon(true);
      thread.start();
      started.add(thread);
    }
    try {
      while (!run.running.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        look.look();
      }
    } finally {
      run.stop();
      join(started);
    }
    run.rethrow();
    look.look();
  }

  private static void join(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          // The tasks at hand end soon; nothing may still write when the caller cleans up.
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work(Workers workers) {
    int number = -1;
    try (Worker worker = workers.open()) {
      for (number = take(); number >= 0; number = take()) {
        worker.task(number);
      }
    } catch (Throwable e) {
      fail(number, e);
    } finally {
      running.countDown();
    }
  }

  private synchronized int take() {
    return stopped || next == tasks ? -1 : next++;
  }

  private synchronized void stop() {
    stopped = true;
  }

  private synchronized void fail(int number, Throwable e) {
    stopped = true;
    if (number < failedTask) {
      failedTask = number;
      failure = e;
    }
  }

  private synchronized void rethrow() throws IOException {
    Throwable thrown = failure;
    if (thrown instanceof IOException e) {
      throw e;
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }
}
