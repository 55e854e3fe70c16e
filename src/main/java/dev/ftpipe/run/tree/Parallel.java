package dev.ftpipe.run.tree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;

/** Loops over many files on all cores. */
final class Parallel {
  private Parallel() {}

  /** A part of the work. */
  interface Body {
    void run(int from, int to) throws IOException;
  }

  /** Runs the body over 0 to {@code count}, in ranges of {@code grain}, and waits for all. */
  static void ranges(int count, int grain, Body body) throws IOException {
    if (count <= grain) {
      body.run(0, count);
      return;
    }
    List<Range> ranges = new ArrayList<>();
    for (int from = 0; from < count; from += grain) {
      ranges.add(new Range(from, Math.min(count, from + grain), body));
    }
    try {
      ForkJoinTask.invokeAll(ranges);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static final class Range extends RecursiveAction {
    private static final long serialVersionUID = 1;

    private final int from;
    private final int to;
    private final transient Body body;

    Range(int from, int to, Body body) {
      this.from = from;
      this.to = to;
      this.body = body;
    }

    @Override
    protected void compute() {
      try {
        body.run(from, to);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
