package dev.ftpipe.store.remote;

import dev.ftpipe.base.FtpipeException;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Threads for transfers. Tasks wait in a short queue, so that whoever plans them does not run
 * ahead; the first failure ends all that have not begun.
 */
final class Workers implements Closeable {
  /** Work that may fail. */
  interface Task {
    void run() throws IOException;
  }

  private final ThreadPoolExecutor threads;
  private final Phaser open = new Phaser(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  Workers(int count) {
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(2 * count),
            task -> {
              Thread thread = new Thread(task, "transfer");
              thread.setDaemon(true);
              return thread;
            },
            Workers::waitForRoom);
    threads.allowCoreThreadTimeOut(true);
  }

  private static void waitForRoom(Runnable task, ThreadPoolExecutor full) {
    try {
      full.getQueue().put(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException(e);
    }
  }

  /** Runs the task soon; waits while many do. Not for use by a task. */
  void submit(Task task) throws IOException {
    rethrow();
    open.register();
    try {
      threads.execute(
          () -> {
            try {
              if (failure.get() == null) {
                task.run();
              }
            } catch (Throwable e) {
              failure.compareAndSet(null, e);
            } finally {
              open.arriveAndDeregister();
            }
          });
    } catch (RejectedExecutionException e) {
      open.arriveAndDeregister();
      throw FtpipeException.interrupted("interrupted");
    }
  }

  boolean failed() {
    return failure.get() != null;
  }

  /** Waits for all tasks, and throws what the first one threw that failed. */
  void await() throws IOException {
    try {
      open.awaitAdvanceInterruptibly(open.arrive());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
    rethrow();
  }

  private void rethrow() throws IOException {
    Throwable e = failure.get();
    if (e instanceof IOException cause) {
      throw cause;
    }
    if (e instanceof RuntimeException cause) {
      throw cause;
    }
    if (e instanceof Error cause) {
      throw cause;
    }
  }

  /** Interrupts what runs; what has not begun never will. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
