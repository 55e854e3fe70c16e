package dev.ftpipe.cli;

import dev.ftpipe.run.Verified;
import dev.ftpipe.run.Verified.Problem;
import dev.ftpipe.run.Verified.State;

/** What {@code verify} says to people. */
final class VerifyText {
  private static final int NEEDED_SHOWN = 5;

  private VerifyText() {}

  static void print(Invocation invocation, Verified verified, boolean repaired) {
    Terminal terminal = invocation.terminal();
    for (Problem problem : verified.problems()) {
      terminal.out().println(line(problem));
      problem.stages().stream()
          .limit(NEEDED_SHOWN)
          .forEach(stage -> terminal.out().println("    needed by " + stage));
      if (problem.stages().size() > NEEDED_SHOWN) {
        terminal
            .out()
            .println("    and " + (problem.stages().size() - NEEDED_SHOWN) + " more of the kind");
      }
    }
    if (!invocation.quiet()) {
      terminal.err().println(summary(verified));
      if (!verified.isSound()) {
        terminal.err().println(remedy(verified, repaired));
      }
    }
  }

  private static String line(Problem problem) {
    return problem.state().text() + ": " + problem.object() + " " + problem.what();
  }

  private static String summary(Verified verified) {
    return verified.objects()
        + " objects of "
        + verified.place()
        + " verified ("
        + Sizes.of(verified.bytes())
        + ")"
        + count(verified, State.DAMAGED)
        + count(verified, State.MISSING)
        + count(verified, State.MENDED)
        + count(verified, State.DROPPED);
  }

  private static String count(Verified verified, State state) {
    long count = verified.problems().stream().filter(each -> each.state() == state).count();
    return count == 0 ? "" : ", " + count + " " + state.text();
  }

  private static String remedy(Verified verified, boolean repaired) {
    return repaired
        ? "What is missing is on no side that can be reached; ftpipe repro makes it again."
        : "ftpipe verify --repair"
            + (verified.place().equals("the cache") ? "" : " -c")
            + " drops what is damaged and brings what is right from the other side.";
  }
}
