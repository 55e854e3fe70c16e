package dev.ftpipe.run;

import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Visits stages, each after those it depends on, on all processors. */
final class StageWalk {
  /** Starting threads for fewer takes longer than the visits. */
  private static final int WORTH_THREADS = 50;

  /** What is done with a stage; may be called by several threads at once. */
  interface Visit {
    void stage(Stage stage) throws IOException;
  }

  private final StageQueue queue;
  private final Visit visit;
  private @Nullable Exception failure;

  private StageWalk(StageQueue queue, Visit visit) {
    this.queue = queue;
    this.visit = visit;
  }

  /**
   * Visits all; blocks until that is done.
   *
   * @param stages in the order of the graph
   */
  static void over(Graph graph, List<Stage> stages, Visit visit) throws IOException {
    if (stages.size() < WORTH_THREADS) {
      for (Stage stage : stages) {
        visit.stage(stage);
      }
    } else {
      new StageWalk(new StageQueue(graph, stages, false), visit).run();
    }
  }

  private void run() throws IOException {
    List<Thread> helpers = new ArrayList<>();
    for (int i = 1; i < Runtime.getRuntime().availableProcessors(); i++) {
      Thread helper = new Thread(this::visitAll, "status " + i);
      helper.setDaemon(true);
      helper.start();
      helpers.add(helper);
    }
    visitAll();
    try {
      for (Thread helper : helpers) {
        helper.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted");
    }
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
  }

  private void visitAll() {
    try {
      for (Optional<Stage> next = next(); next.isPresent(); next = next()) {
        visit.stage(next.get());
        finish(next.get());
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new java.io.InterruptedIOException("interrupted"));
    }
  }

  private synchronized Optional<Stage> next() throws InterruptedException {
    while (!queue.isDone() && failure == null) {
      Optional<Stage> next = queue.poll();
      if (next.isPresent()) {
        return next;
      }
      wait();
    }
    return Optional.empty();
  }

  private synchronized void finish(Stage stage) {
    queue.finish(stage);
    notifyAll();
  }

  private synchronized void fail(Exception e) {
    if (failure == null) {
      failure = e;
    }
    notifyAll();
  }
}
