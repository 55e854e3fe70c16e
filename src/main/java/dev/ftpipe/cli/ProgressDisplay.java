package dev.ftpipe.cli;

import dev.ftpipe.run.RunListener;
import dev.ftpipe.run.StageOutcome;
import dev.ftpipe.run.StageOutcome.Result;
import dev.ftpipe.stage.Progress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows a repro to a person. One stage at a time: its output as it comes, under a heading, with a
 * live line for its progress. Several at once: the output of each in one piece when it has ended.
 * Where there are many stages, those that are quick and silent have no line of their own. Below it
 * all stands what runs now and how far the whole is: redrawn on a terminal, now and then in a log.
 */
final class ProgressDisplay implements RunListener {
  private static final String INDENT = "    ";
  private static final int MANY_STAGES = 50;
  private static final double SLOW_SECONDS = 5;
  private static final int MOST_LINES = 20;

  private final Terminal terminal;
  private final boolean quiet;
  private final boolean verbose;
  private final boolean streams;
  private final Ticker ticker;
  private final Endings endings;
  private final Map<String, StageView> running = new LinkedHashMap<>();
  private int stages;
  private int finished;
  private String heading = "";
  private @Nullable ProgressLine line;

  /**
   * A display of nothing yet.
   *
   * @param jobs stages at once
   */
  ProgressDisplay(Terminal terminal, boolean quiet, boolean verbose, int jobs) {
    this.terminal = terminal;
    this.quiet = quiet;
    this.verbose = verbose;
    this.streams = jobs == 1;
    this.ticker = new Ticker(terminal, this::tick);
    this.endings = new Endings(terminal);
  }

  @Override
  public synchronized void started(int stages) {
    this.stages = stages;
    if (!quiet) {
      ticker.start();
    }
  }

  @Override
  public synchronized void stageStarted(String stage, String cause, boolean restoring) {
    int most = verbose ? Integer.MAX_VALUE : MOST_LINES;
    running.put(stage, new StageView(stage, cause, restoring, most));
  }

  @Override
  public synchronized void progress(String stage, Progress progress) {
    StageView view = running.get(stage);
    if (quiet || view == null) {
      return;
    }
    view.moved(progress);
    if (streams) {
      announce(stage, view);
      if (line == null || !line.continues(stage, progress)) {
        endLine();
        ticker.erase();
        line = ProgressLine.of(terminal, stage, progress);
      }
      line.show(progress);
    }
  }

  @Override
  public synchronized void output(String stage, String text) {
    StageView view = running.get(stage);
    if (quiet || view == null) {
      return;
    }
    view.add(text);
    if (streams) {
      announce(stage, view);
      endings.shown(stage);
      ticker.erase();
      if (line == null) {
        terminal.err().println(INDENT + text);
      } else {
        line.above(INDENT + text);
      }
    }
  }

  @Override
  public synchronized void stageFinished(StageOutcome outcome) {
    endLine();
    finished++;
    StageView view = running.remove(outcome.name());
    switch (outcome.result()) {
      case RUN, RESTORED -> finished(outcome, view);
      case UNCHANGED -> {
        if (verbose) {
          print(position(finished) + outcome.name() + ": unchanged");
        }
      }
      case SKIPPED -> endings.skipped(outcome);
      case FAILED -> {
        print(
            position(finished)
                + terminal.styled("bold", outcome.name())
                + ": "
                + terminal.styled("red", "failed")
                + after(outcome));
        endings.failed(outcome, streams && view != null && !view.isSilent());
      }
    }
  }

  private void finished(StageOutcome outcome, @Nullable StageView view) {
    String done =
        terminal.styled("green", outcome.result() == Result.RUN ? "done" : "restored")
            + String.format(Locale.ROOT, " in %.1f s", outcome.seconds());
    boolean silent = view == null || view.isSilent();
    if (view != null && view.isAnnounced() && heading.equals(outcome.name())) {
      print(INDENT + done);
    } else if (stages <= MANY_STAGES || verbose || !silent || outcome.seconds() >= SLOW_SECONDS) {
      print(
          position(finished)
              + terminal.styled("bold", outcome.name())
              + ": "
              + done
              + (outcome.cause().isEmpty() ? "" : " (" + outcome.cause() + ")"));
      if (view != null && !streams) {
        block(view);
      }
    }
  }

  private static String after(StageOutcome outcome) {
    return String.format(Locale.ROOT, " after %.1f s", outcome.seconds());
  }

  private void block(StageView view) {
    if (view.dropped() > 0) {
      print(INDENT + "… " + view.dropped() + " lines before these are in its log");
    }
    view.lines().forEach(each -> print(INDENT + each));
  }

  @Override
  public void ended() {
    ticker.close();
    synchronized (this) {
      endLine();
      ticker.erase();
      endings.print(quiet, verbose);
    }
  }

  /** Prints something of its own, with nothing redrawn in between. */
  synchronized void apart(Runnable printing) {
    endLine();
    ticker.erase();
    printing.run();
  }

  private void announce(String stage, StageView view) {
    if (!view.isAnnounced()) {
      view.announce();
      heading = stage;
      print(
          position(finished + place(stage))
              + terminal.styled("bold", stage)
              + view.heading().substring(stage.length()));
    }
  }

  /** From 1: a stage may begin while the results of the one before are still stored. */
  private int place(String stage) {
    int place = 1;
    for (String each : running.keySet()) {
      if (each.equals(stage)) {
        break;
      }
      place++;
    }
    return place;
  }

  /** Some time has passed. */
  private synchronized void tick() {
    if (running.isEmpty() || line != null) {
      return;
    }
    if (terminal.columns().isPresent()) {
      ticker.redraw(overview(terminal.columns().getAsInt() - 1));
    } else if (streams && stages <= MANY_STAGES) {
      // Whoever watches a log sees what it is that takes so long.
      running.forEach(this::announce);
    } else if (ticker.isDue()) {
      print(overview(Integer.MAX_VALUE));
    }
  }

  private String overview(int columns) {
    return Overview.of(finished, stages, running.values(), ticker.seconds(), columns);
  }

  private String position(int number) {
    return "[" + number + "/" + stages + "] ";
  }

  private void print(String text) {
    if (quiet) {
      return;
    }
    endLine();
    ticker.erase();
    ticker.printed();
    endings.shown("");
    terminal.err().println(text);
  }

  private void endLine() {
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
