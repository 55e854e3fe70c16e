package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException.Kind;
import dev.ftpipe.run.Check;
import dev.ftpipe.run.CheckOptions;
import dev.ftpipe.run.CheckResult;
import dev.ftpipe.run.CheckResult.Verdict;
import dev.ftpipe.run.Project;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code ftpipe repro --check}: whether the lock file reproduces. */
final class CheckCommand {
  private final Invocation invocation;
  private final boolean json;
  private volatile boolean stopped;

  CheckCommand(Invocation invocation, boolean json) {
    this.invocation = invocation;
    this.json = json;
  }

  /** Checks, says what came of it, and gives the exit code. */
  int run(Project project, CheckOptions options) throws IOException {
    CheckDisplay display =
        new CheckDisplay(invocation.terminal(), invocation.quiet(), !json, options.jobs());
    Check check =
        new Check(project, options, invocation.wiring().worker(), display, display::result);
    invocation
        .stop()
        .onRaise(
            () -> {
              stopped = true;
              check.requestStop();
            });
    long begun = System.nanoTime();
    List<CheckResult> results = check.run();
    double seconds = (System.nanoTime() - begun) / 1e9;
    Terminal terminal = invocation.terminal();
    if (json) {
      terminal.out().println(JsonOutput.line(JsonOutput.Checks.of(results)));
    } else if (!invocation.quiet()) {
      terminal.err().println(summary(results, seconds));
    }
    return stopped
        ? Kind.INTERRUPTED.exitCode()
        : results.stream()
            .mapToInt(CheckResult::exitCode)
            .filter(code -> code != 0)
            .findFirst()
            .orElse(0);
  }

  private static String summary(List<CheckResult> results, double seconds) {
    List<String> parts = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      long count = results.stream().filter(each -> each.verdict() == verdict).count();
      if (count > 0) {
        parts.add(count + " " + CheckDisplay.name(verdict));
      }
    }
    return String.join(", ", parts) + String.format(Locale.ROOT, " in %.1f s", seconds);
  }
}
