package dev.ftpipe.cli;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The clock of a display, and the last line of a terminal that it redraws. */
final class Ticker {
  private static final long REDRAW_MILLIS = 200;
  private static final long LOOK_MILLIS = 2000;
  private static final double FIRST_PAUSE_SECONDS = 10;
  private static final double LONGEST_PAUSE_SECONDS = 60;

  private final Terminal terminal;
  private final Runnable tick;
  private final long begun = System.nanoTime();
  private long printedAt = begun;
  private boolean drawn;
  private volatile boolean closed;
  private @Nullable Thread thread;

  /** Does not tick before it is started. */
  Ticker(Terminal terminal, Runnable tick) {
    this.terminal = terminal;
    this.tick = tick;
  }

  void start() {
    long millis = terminal.columns().isPresent() ? REDRAW_MILLIS : LOOK_MILLIS;
    Thread started =
        new Thread(
            () -> {
              while (!closed) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
                if (!closed) {
                  tick.run();
                }
              }
            },
            "display");
    started.setDaemon(true);
    started.start();
    thread = started;
  }

  /** The last tick is over when this returns. */
  void close() {
    closed = true;
    Thread started = thread;
    if (started != null) {
      LockSupport.unpark(started);
    }
  }

  double seconds() {
    return (System.nanoTime() - begun) / 1e9;
  }

  /** A line was printed for good. */
  void printed() {
    printedAt = System.nanoTime();
  }

  /** Whether it is time for a line in a log: rarer the longer it takes. */
  boolean isDue() {
    double pause = Math.min(LONGEST_PAUSE_SECONDS, Math.max(FIRST_PAUSE_SECONDS, seconds() / 10));
    return (System.nanoTime() - printedAt) / 1e9 >= pause;
  }

  /** Writes over the last line of the terminal. */
  void redraw(String text) {
    int columns = terminal.columns().orElse(80);
    String cut = text.length() < columns ? text : text.substring(0, Math.max(0, columns - 2)) + "…";
    write("\r" + cut + "\u001b[K");
    drawn = true;
  }

  /** Leaves nothing of what was drawn. */
  void erase() {
    if (drawn) {
      drawn = false;
      write("\r\u001b[K");
    }
  }

  private void write(String text) {
    terminal.err().print(text);
    terminal.err().flush();
  }
}
