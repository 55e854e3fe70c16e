package dev.ftpipe.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe logs}: what a launched run says. */
@Command(
    name = "logs",
    description = "What a launched run said; with -f, to its end. Ctrl-C does not end the run.",
    footer = {"", "Example: ftpipe logs -f latest"})
final class LogsCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", defaultValue = "latest", description = "As in ftpipe queue.")
  private String run = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Until the run ends; its failure is exit code 1.")
  private boolean follow;

  LogsCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    try (CloudScope scope = new CloudScope(invocation)) {
      LogFollower follower = new LogFollower(invocation, scope, scope.id(run));
      if (follow) {
        return follower.follow();
      }
      follower.printAll();
      return 0;
    }
  }
}
