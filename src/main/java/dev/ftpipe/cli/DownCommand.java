package dev.ftpipe.cli;

import java.io.IOException;
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
      CloudEnding ending = CloudEnding.ask(scope, run);
      ending.endMachine("its machine was ended");
      invocation.terminal().out().println("down: " + ending.id());
      return 0;
    }
  }
}
