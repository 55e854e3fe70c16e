package dev.ftpipe.cli;

import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.RunState;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ftpipe down}: ends a run and its machine. */
@Command(
    name = "down",
    description = "Ends a launched run and its machine.",
    footer = {"", "Example: ftpipe down 20260131-142501-k3fd"})
final class DownCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "As in ftpipe queue.")
  private String run = "";

  DownCommand(Invocation invocation) {
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
      scope.end(id);
      if (!over && state.isPresent()) {
        runs.tell(
            id,
            state
                .get()
                .ended(
                    RunState.Phase.CANCELLED,
                    Instant.now().toString(),
                    Optional.empty(),
                    Optional.of("its machine was ended")));
      }
      invocation.terminal().out().println("down: " + id);
      return 0;
    }
  }
}
