package dev.ftpipe.cli;

import dev.ftpipe.run.StageOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What failed and what was skipped for it, said once more at the end, where it is looked for. */
final class Endings {
  private static final String INDENT = "    ";
  private static final int NAMED = 5;

  private final Terminal terminal;
  private final List<Failed> failures = new ArrayList<>();
  private final Map<String, List<String>> skipped = new LinkedHashMap<>();
  private String lastShown = "";

  private record Failed(StageOutcome outcome, boolean streamed) {}

  Endings(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The last line above is from this stage; from none, if empty. */
  void shown(String stage) {
    lastShown = stage;
  }

  /**
   * A stage failed.
   *
   * @param streamed its output was shown as it came
   */
  void failed(StageOutcome outcome, boolean streamed) {
    failures.add(new Failed(outcome, streamed));
    lastShown = streamed ? outcome.name() : "";
  }

  void skipped(StageOutcome outcome) {
    skipped.computeIfAbsent(outcome.cause(), key -> new ArrayList<>()).add(outcome.name());
  }

  void print(boolean quiet, boolean verbose) {
    if (!quiet) {
      skipped.forEach((cause, names) -> printSkipped(cause, names, verbose));
    }
    for (Failed each : failures) {
      // Just above stand the very lines that would be repeated.
      boolean above = each.streamed() && each.outcome().name().equals(lastShown);
      each.outcome().failure().ifPresent(f -> print(each.outcome().name(), f, !above));
    }
  }

  private void printSkipped(String cause, List<String> names, boolean verbose) {
    int shown = verbose ? names.size() : Math.min(NAMED, names.size());
    StringBuilder text = new StringBuilder("skipped, ").append(cause).append(": ");
    text.append(String.join(", ", names.subList(0, shown)));
    if (shown < names.size()) {
      text.append(" and ").append(names.size() - shown).append(" more");
    }
    terminal.err().println(text);
  }

  private void print(String stage, StageOutcome.Failure failure, boolean withTail) {
    StringBuilder text =
        new StringBuilder(terminal.styled("red,bold", "failed: " + stage))
            .append(": ")
            .append(failure.message());
    if (withTail && !failure.tail().isEmpty()) {
      text.append("\n").append(INDENT).append("its last lines:");
      failure.tail().forEach(each -> text.append("\n").append(INDENT).append("| ").append(each));
    }
    terminal.err().println(text);
  }
}
