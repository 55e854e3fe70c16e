package dev.ftpipe.cli;

import dev.ftpipe.run.RunListener;
import dev.ftpipe.run.StageOutcome;
import dev.ftpipe.stage.Progress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows a repro to a person: a line a stage, a live line where there is a terminal, and a plain
 * line now and then where there is a log.
 */
final class ProgressDisplay implements RunListener {
  private static final String INDENT = "    ";

  private final Terminal terminal;
  private final boolean quiet;
  private final boolean verbose;
  private int stages;
  private int finished;
  private @Nullable ProgressLine line;

  ProgressDisplay(Terminal terminal, boolean quiet, boolean verbose) {
    this.terminal = terminal;
    this.quiet = quiet;
    this.verbose = verbose;
  }

  @Override
  public synchronized void started(int stages) {
    this.stages = stages;
  }

  @Override
  public synchronized void stageStarted(String stage, String cause, boolean restoring) {
    print(
        position()
            + terminal.styled("bold", stage)
            + (restoring ? ": from the cache, " : ": ")
            + cause);
  }

  @Override
  public synchronized void progress(String stage, Progress progress) {
    if (quiet) {
      return;
    }
    if (line == null || !line.continues(stage, progress)) {
      endLine();
      line = ProgressLine.of(terminal, stage, progress);
    }
    line.show(progress);
  }

  @Override
  public synchronized void output(String stage, String text) {
    if (quiet) {
      return;
    }
    if (line == null) {
      terminal.err().println(INDENT + text);
    } else {
      line.above(INDENT + text);
    }
  }

  @Override
  public synchronized void stageFinished(StageOutcome outcome) {
    endLine();
    finished++;
    switch (outcome.result()) {
      case RUN, RESTORED ->
          print(
              INDENT
                  + terminal.styled(
                      "green", outcome.result() == StageOutcome.Result.RUN ? "done" : "restored")
                  + String.format(Locale.ROOT, " in %.1f s", outcome.seconds()));
      case UNCHANGED -> {
        if (verbose) {
          print(position(finished) + outcome.name() + ": unchanged");
        }
      }
      case SKIPPED -> print(position(finished) + outcome.name() + ": skipped, " + outcome.cause());
      case FAILED -> outcome.failure().ifPresent(failure -> failed(outcome.name(), failure));
    }
  }

  private void failed(String stage, StageOutcome.Failure failure) {
    StringBuilder text =
        new StringBuilder(terminal.styled("red,bold", "failed: " + stage))
            .append(": ")
            .append(failure.message());
    if (!failure.tail().isEmpty()) {
      text.append("\n").append(INDENT).append("its last lines:");
      failure.tail().forEach(each -> text.append("\n").append(INDENT).append("| ").append(each));
    }
    endLine();
    terminal.err().println(text);
  }

  private String position() {
    return position(finished + 1);
  }

  private String position(int number) {
    return "[" + number + "/" + stages + "] ";
  }

  private void print(String text) {
    if (quiet) {
      return;
    }
    endLine();
    terminal.err().println(text);
  }

  private void endLine() {
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
