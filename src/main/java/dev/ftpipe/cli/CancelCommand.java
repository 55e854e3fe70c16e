package dev.ftpipe.cli;

import java.io.IOException;
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
      CloudEnding ending = CloudEnding.ask(scope, run);
      if (!ending.hasNode()) {
        ending.endMachine("cancelled before it began");
      }
      invocation
          .terminal()
          .out()
          .println((ending.isOver() ? "already over: " : "cancelled: ") + ending.id());
      return 0;
    }
  }
}
