package dev.ftpipe.cli;

import dev.ftpipe.run.CheckResult;
import dev.ftpipe.run.CheckResult.Verdict;
import dev.ftpipe.run.RunListener;
import dev.ftpipe.run.StageOutcome;
import dev.ftpipe.stage.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** Shows a check to a person: how the stages run as in a repro, and a line of result for each. */
final class CheckDisplay implements RunListener {
  private final Terminal terminal;
  private final ProgressDisplay running;
  private final PrintStream results;

  /**
   * Nothing has been checked.
   *
   * @param resultsAreOutput whether the lines of result go to stdout; otherwise to stderr
   */
  CheckDisplay(Terminal terminal, boolean quiet, boolean resultsAreOutput, int jobs) {
    this.terminal = terminal;
    this.running = new ProgressDisplay(terminal, quiet, false, jobs);
    this.results = resultsAreOutput ? terminal.out() : terminal.err();
  }

  @Override
  public void started(int stages) {
    running.started(stages);
  }

  @Override
  public void stageStarted(String stage, String cause, boolean restoring) {
    running.stageStarted(stage, cause, restoring);
  }

  @Override
  public void progress(String stage, Progress progress) {
    running.progress(stage, progress);
  }

  @Override
  public void output(String stage, String line) {
    running.output(stage, line);
  }

  @Override
  public void stageFinished(StageOutcome outcome) {
    running.stageFinished(outcome);
  }

  @Override
  public void ended() {
    running.ended();
  }

  /** One more line of result. */
  void result(CheckResult result) {
    // Ends the stage's live line, and counts it.
    running.stageFinished(
        new StageOutcome(
            result.name(),
            StageOutcome.Result.UNCHANGED,
            "",
            result.key(),
            result.seconds(),
            Optional.empty()));
    String style =
        switch (result.verdict()) {
          case REPRODUCED -> "green";
          case NOT_CHECKED -> "yellow";
          case DIFFERS, FAILED, OUT_OF_DATE -> "red,bold";
        };
    StringBuilder text = new StringBuilder(result.name()).append(": ");
    text.append(terminal.styled(style, name(result.verdict())));
    if (!result.detail().isEmpty()) {
      text.append(result.verdict() == Verdict.REPRODUCED ? ", " : ": ").append(result.detail());
    }
    if (result.verdict() == Verdict.REPRODUCED) {
      text.append(String.format(Locale.ROOT, " (%.1f s)", result.seconds()));
    }
    running.apart(
        () -> {
          results.println(text);
          result.tail().forEach(line -> terminal.err().println("    | " + line));
        });
  }

  static String name(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
