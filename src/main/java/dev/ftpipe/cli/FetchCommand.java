package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.Sharing;
import dev.ftpipe.store.remote.FetchReport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ftpipe fetch}: brings what the lock file names from a remote into the cache. */
@Command(
    name = "fetch",
    description = "Brings what pipeline.lock names from a remote into the cache; see also pull.",
    footer = {"", "Example: ftpipe fetch -j 16"})
final class FetchCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final TransferOptions options = new TransferOptions();

  FetchCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    try (Remotes remotes = options.connect(invocation)) {
      Project project = invocation.project(ParamOverrides.NONE);
      Sharing sharing = new Sharing(project, remotes::get);
      Sharing.Result<FetchReport> result =
          TransferDisplay.around(
              invocation, "fetch", remotes::get, () -> sharing.fetch(options.targets));
      FetchReport report = result.report();
      return show(
          invocation,
          options.json,
          new PullCommand.Pulled(
              remotes.get().location(),
              report.objects(),
              report.received(),
              report.movedBytes(),
              List.of(),
              result.lacking()),
          "");
    }
  }

  static int show(
      Invocation invocation, boolean json, PullCommand.Pulled pulled, String beginning) {
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(pulled));
    } else if (!invocation.quiet()) {
      invocation
          .terminal()
          .err()
          .println(
              beginning
                  + pulled.objects()
                  + " objects, "
                  + pulled.received()
                  + " received and verified ("
                  + Sizes.of(pulled.bytes())
                  + ") from "
                  + pulled.remote());
    }
    pulled.lacking().forEach(each -> invocation.terminal().err().println("error: " + each));
    return pulled.lacking().isEmpty() ? 0 : 1;
  }
}
