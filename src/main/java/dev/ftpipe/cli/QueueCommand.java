package dev.ftpipe.cli;

import dev.ftpipe.cloud.CloudRuns.Listed;
import dev.ftpipe.cloud.RunState;
import dev.ftpipe.report.Table;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ftpipe queue}: runs that were launched. */
@Command(
    name = "queue",
    description = "The runs that were launched, with how far they are.",
    footer = {"", "Example: ftpipe queue"})
final class QueueCommand implements Callable<Integer> {
  private static final Duration SILENT = Duration.ofSeconds(60);

  private final Invocation invocation;

  @Mixin private final TableOptions format = new TableOptions();

  QueueCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    try (CloudScope scope = new CloudScope(invocation)) {
      List<Listed> runs = scope.listed();
      if (format.json()) {
        invocation.terminal().out().println(JsonOutput.line(Map.of("runs", runs)));
        return 0;
      }
      if (runs.isEmpty()) {
        invocation.note("nothing was launched yet; 'ftpipe launch' does");
        return 0;
      }
      Table table =
          new Table(List.of("Run", "Name", "Profile", "State", "Attempt", "Time", "Host", "Note"));
      runs.forEach(run -> table.add(cells(run)));
      format.print(table, invocation.terminal());
      return 0;
    }
  }

  private static List<String> cells(Listed run) {
    String state = run.state().map(each -> each.phase().text()).orElse("waiting");
    return List.of(
        run.spec().id(),
        run.spec().name(),
        run.spec().profile(),
        state,
        run.state().map(each -> Integer.toString(each.attempt())).orElse("-"),
        run.state().map(QueueCommand::time).orElse("-"),
        run.state().map(RunState::host).orElse("-"),
        run.state().map(QueueCommand::note).orElse("-"));
  }

  /** From the first attempt to the end, or to now. */
  private static String time(RunState state) {
    Instant end = state.isFinal() ? Instant.parse(state.updated()) : Instant.now();
    return RunsText.duration(
        Duration.between(Instant.parse(state.begun()), end).toMillis() / 1000.0);
  }

  private static String note(RunState state) {
    if (!state.isFinal()) {
      Duration silent = Duration.between(Instant.parse(state.updated()), Instant.now());
      return silent.compareTo(SILENT) > 0
          ? "no sign of life for " + silent.toMinutes() + " min"
          : "-";
    }
    return state
        .reason()
        .orElse(
            state
                .exitCode()
                .filter(code -> code != 0)
                .map(code -> "exit code " + code)
                .orElse("-"));
  }
}
