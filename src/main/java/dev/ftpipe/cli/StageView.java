package dev.ftpipe.cli;

import dev.ftpipe.stage.Progress;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a display knows of a stage that runs. */
final class StageView {
  private final String name;
  private final String cause;
  private final boolean restoring;
  private final long since = System.nanoTime();
  private final Deque<String> lines = new ArrayDeque<>();
  private final int most;
  private int dropped;
  private boolean announced;
  private String progress = "";

  /**
   * A stage that has just started.
   *
   * @param most lines to remember; earlier ones are counted only
   */
  StageView(String name, String cause, boolean restoring, int most) {
    this.name = name;
    this.cause = cause;
    this.restoring = restoring;
    this.most = most;
  }

  /** {@code sort: not run before}, {@code sort: from the cache, output s.txt: missing}. */
  String heading() {
    return name + (restoring ? ": from the cache, " : ": ") + cause;
  }

  String cause() {
    return cause;
  }

  double seconds() {
    return (System.nanoTime() - since) / 1e9;
  }

  void add(String line) {
    lines.addLast(line);
    if (lines.size() > most) {
      lines.removeFirst();
      dropped++;
    }
  }

  Iterable<String> lines() {
    return lines;
  }

  boolean isSilent() {
    return lines.isEmpty();
  }

  int dropped() {
    return dropped;
  }

  boolean isAnnounced() {
    return announced;
  }

  void announce() {
    announced = true;
  }

  void moved(Progress moved) {
    progress =
        moved.total() > 0
            ? " " + (100 * moved.done() / moved.total()) + " %"
            : " " + moved.done() + " " + moved.unit();
  }

  /** {@code train 45 %}. */
  String brief() {
    return name + progress;
  }
}
