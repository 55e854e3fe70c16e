package dev.ftpipe.cli;

import dev.ftpipe.stage.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far one stage is: a line that redraws itself on a terminal, plain lines in a log. */
sealed interface ProgressLine extends AutoCloseable {
  static ProgressLine of(Terminal terminal, String stage, Progress first) {
    return terminal.columns().isPresent()
        ? new Live(terminal, stage, first, terminal.columns().getAsInt())
        : new Plain(terminal.err(), stage, first);
  }

  /** Whether this progress is of the same stage and counts the same units. */
  boolean continues(String stage, Progress progress);

  void show(Progress progress);

  /** Prints a line of its own; what was shown goes on below it. */
  void above(String text);

  @Override
  void close();

  /** A redrawn line with bar, rate and time left. */
  final class Live implements ProgressLine {
    private final String stage;
    private final String unit;
    private final Redrawn redrawn;
    private final ProgressBar bar;

    Live(Terminal terminal, String stage, Progress first, int columns) {
      this.redrawn = new Redrawn(terminal.err(), columns);
      this.stage = stage;
      this.unit = first.unit();
      this.bar =
          ProgressBar.builder()
              .setTaskName("    " + stage)
              .setInitialMax(first.total() > 0 ? first.total() : -1)
              .setUnit(" " + unit, 1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(250)
              .setConsumer(redrawn)
              .build();
    }

    @Override
    public boolean continues(String stage, Progress progress) {
      return this.stage.equals(stage) && unit.equals(progress.unit());
    }

    @Override
    public void show(Progress progress) {
      bar.maxHint(progress.total() > 0 ? progress.total() : -1);
      bar.stepTo(progress.done());
      bar.setExtraMessage(progress.detail());
    }

    @Override
    public void above(String text) {
      redrawn.above(text);
      bar.refresh();
    }

    @Override
    public void close() {
      bar.close();
      redrawn.close();
    }
  }

  /**
   * Writes over the line it wrote before; leaves nothing behind. The bar draws from a thread of its
   * own, also after its end.
   */
  final class Redrawn implements ProgressBarConsumer {
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream err;
    private final int columns;
    private boolean closed;

    Redrawn(PrintStream err, int columns) {
      this.err = err;
      this.columns = columns;
    }

    @Override
    public int getMaxRenderedLength() {
      return columns - 1;
    }

    @Override
    public synchronized void accept(String rendered) {
      if (!closed) {
        write("\r" + rendered + "\u001b[K");
      }
    }

    synchronized void above(String text) {
      write(ERASE + text + System.lineSeparator());
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        write(ERASE);
      }
    }

    private void write(String text) {
      err.print(text);
      err.flush();
    }
  }

  /** A line every ten seconds, and the last one. */
  final class Plain implements ProgressLine {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final PrintStream err;
    private final String stage;
    private final String unit;
    private final long begun = System.nanoTime();
    private final long doneAtBegin;
    private long shownAt = begun;

    Plain(PrintStream err, String stage, Progress first) {
      this.err = err;
      this.stage = stage;
      this.unit = first.unit();
      this.doneAtBegin = first.done();
    }

    @Override
    public boolean continues(String stage, Progress progress) {
      return this.stage.equals(stage) && unit.equals(progress.unit());
    }

    @Override
    public void show(Progress progress) {
      long now = System.nanoTime();
      boolean last = progress.total() > 0 && progress.done() == progress.total();
      if (!last && now - shownAt < PAUSE.toNanos()) {
        return;
      }
      shownAt = now;
      StringBuilder text = new StringBuilder("    ").append(stage).append(": ");
      text.append(progress.done());
      if (progress.total() > 0) {
        text.append("/").append(progress.total());
      }
      text.append(" ").append(unit);
      if (!progress.detail().isEmpty()) {
        text.append("  ").append(progress.detail());
      }
      if (unit.equals("MiB") && progress.done() > doneAtBegin) {
        double seconds = (now - begun) / 1e9;
        text.append(rate((progress.done() - doneAtBegin) / seconds));
      }
      if (!last && progress.total() > 0 && progress.done() > doneAtBegin) {
        double perUnit = (now - begun) / 1e9 / (progress.done() - doneAtBegin);
        text.append("  ").append(left(perUnit * (progress.total() - progress.done())));
      }
      err.println(text);
    }

    private static String rate(double mibibytes) {
      return String.format(Locale.ROOT, "  %.1f MiB/s", mibibytes);
    }

    private static String left(double seconds) {
      long whole = Math.round(seconds);
      return String.format(Locale.ROOT, "%d:%02d left", whole / 60, whole % 60);
    }

    @Override
    public void above(String text) {
      err.println(text);
    }

    @Override
    public void close() {}
  }
}
