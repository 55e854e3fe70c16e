package dev.ftpipe.cli;

import dev.ftpipe.run.Change;
import dev.ftpipe.run.StageStatus;
import dev.ftpipe.run.StageStatus.State;
import java.io.IOException;
import java.util.List;

/** The states of the stages as text: those that need work, and why. */
final class StatusText {
  private StatusText() {}

  /** What else there is to say of a stage that is due. */
  interface More {
    More NONE = stage -> List.of();

    List<String> of(String stage) throws IOException;
  }

  static void print(List<StageStatus> statuses, Terminal terminal, boolean verbose)
      throws IOException {
    print(statuses, terminal, verbose, More.NONE);
  }

  static void print(List<StageStatus> statuses, Terminal terminal, boolean verbose, More more)
      throws IOException {
    for (StageStatus each : statuses) {
      if (each.state() == State.UP_TO_DATE && !verbose) {
        continue;
      }
      terminal.out().println(terminal.styled("bold", each.name()) + ": " + describe(each.state()));
      for (Change change : each.changes()) {
        terminal.out().println("    " + change.sentence());
        change.files().lines().forEach(line -> terminal.out().println("        " + line));
      }
      if (each.state() == State.CHANGED || each.state() == State.WAITS) {
        more.of(each.name()).forEach(line -> terminal.out().println("    " + line));
      }
    }
    terminal.out().println(summary(statuses));
  }

  private static String describe(State state) {
    return switch (state) {
      case UP_TO_DATE -> "up to date";
      case CACHED -> "comes from the cache";
      case CHANGED -> "has to run";
      case WAITS -> "waits";
      case FROZEN -> "frozen";
    };
  }

  private static String summary(List<StageStatus> statuses) {
    long due = statuses.stream().filter(StatusText::isDue).count();
    return due == 0
        ? "up to date: " + statuses.size() + " stages"
        : due + " of " + statuses.size() + " stages are not up to date";
  }

  /** Whether repro would do something with the stage. */
  static boolean isDue(StageStatus status) {
    return status.state() != State.UP_TO_DATE && status.state() != State.FROZEN;
  }
}
