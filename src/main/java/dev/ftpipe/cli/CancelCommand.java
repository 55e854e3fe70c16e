package dev.ftpipe.cli;

import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.RunState;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ftpipe cancel}: asks a run to end. */
@Command(
    name = "cancel",
    description = "Asks a launched run to end: it writes a checkpoint and leaves.",
    footer = {"", "Example: ftpipe cancel 20260131-142501-k3fd"})
final class CancelCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "As in ftpipe queue.")
  private String run = "";

  CancelCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    try (CloudScope scope = new CloudScope(invocation)) {
      String id = scope.id(run);
      CloudRuns runs = scope.runs();
      Optional<RunState> state = runs.state(id);
      boolean over = state.isPresent() && state.get().isFinal();
      if (!over) {
        runs.cancel(id);
      }
      if (state.isEmpty()) {
        // No node has begun, so nobody would hear it.
        scope.end(id);
        String now = Instant.now().toString();
        runs.tell(
            id,
            new RunState(
                RunState.FORMAT,
                RunState.Phase.CANCELLED,
                0,
                "-",
                now,
                now,
                Optional.empty(),
                Optional.of("cancelled before it began")));
      }
      invocation.terminal().out().println((over ? "already over: " : "cancelled: ") + id);
      return 0;
    }
  }
}
