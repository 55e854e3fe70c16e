package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Threads that take the stages of a queue, each after those it waits for, until none is left.
 *
 * @param <P> what a stage is given when it leaves the queue
 */
final class StageCrew<P> {
  /** What is done with each stage. */
  interface Work<P> {
    /** Called in the order in which the stages leave the queue, one call at a time. */
    P leave(Stage stage);

    /** Does all of it; when this returns, the stages that wait for this one may start. */
    void take(Stage stage, P place) throws InterruptedException;
  }

  private record Next<P>(Stage stage, P place) {}

  private final StageQueue queue;
  private final StopSignal stop;
  private final Work<P> work;
  private @Nullable Throwable defect;

  /**
   * A crew that has not begun.
   *
   * @param stop is raised when the work of a stage fails in a way that is no outcome
   */
  StageCrew(StageQueue queue, StopSignal stop, Work<P> work) {
    this.queue = queue;
    this.stop = stop;
    this.work = work;
  }

  /**
   * Blocks until all stages are through.
   *
   * @throws IllegalStateException a defect of ftpipe, from whichever thread
   */
  void run(int threads, String name) {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread worker = new Thread(this::takeAll, name + " " + i);
      worker.start();
      workers.add(worker);
    }
    try {
      for (Thread worker : workers) {
        worker.join();
      }
    } catch (InterruptedException e) {
      stop.request();
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
    if (defect != null) {
      throw new IllegalStateException("a stage could not be brought to an end", defect);
    }
  }

  private void takeAll() {
    try {
      for (Optional<Next<P>> next = next(); next.isPresent(); next = next()) {
        work.take(next.get().stage(), next.get().place());
        finish(next.get().stage());
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      // It ends all of them, from the thread that the caller waits in.
      end(e);
    }
  }

  /** The next stage that can start; empty when there is nothing left to do. */
  private synchronized Optional<Next<P>> next() throws InterruptedException {
    while (!queue.isDone() && defect == null) {
      Optional<Stage> next = queue.poll();
      if (next.isPresent()) {
        return Optional.of(new Next<>(next.get(), work.leave(next.get())));
      }
      wait();
    }
    return Optional.empty();
  }

  private synchronized void finish(Stage stage) {
    queue.finish(stage);
    notifyAll();
  }

  private synchronized void end(Throwable e) {
    if (defect == null) {
      defect = e;
    }
    stop.request();
    notifyAll();
  }
}
