package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.run.Checkout;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.Sharing;
import dev.ftpipe.store.remote.FetchReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ftpipe pull}: brings what the lock file names from a remote into the work tree. */
@Command(
    name = "pull",
    description = "Brings what pipeline.lock names from a remote into the cache and the work tree.",
    footer = {"", "Example: ftpipe pull train"})
final class PullCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final TransferOptions options = new TransferOptions();

  @Option(
      names = {"-f", "--force"},
      description = "Also over files that are in no cache.")
  private boolean force;

  PullCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** What {@code pull --json} and {@code fetch --json} print. */
  record Pulled(
      String remote,
      int objects,
      int received,
      long bytes,
      List<String> changed,
      List<String> lacking) {}

  @Override
  public Integer call() throws IOException {
    try (Remotes remotes = options.connect(invocation)) {
      Project project = invocation.project(ParamOverrides.NONE);
      Sharing sharing = new Sharing(project, remotes::get, false, true);
      Sharing.Result<FetchReport> fetched =
          TransferDisplay.around(
              invocation, "pull", remotes::get, () -> sharing.fetchForCheckout(options.targets));
      Checkout.Result placed = new Checkout(project, force).run(options.targets);
      List<String> lacking = new ArrayList<>(fetched.lacking());
      // What could not be fetched cannot be put in place either: it is said once.
      if (lacking.isEmpty()) {
        lacking.addAll(placed.problems());
      }
      FetchReport report = fetched.report();
      Pulled pulled =
          new Pulled(
              remotes.get().location(),
              report.objects(),
              report.received(),
              report.movedBytes(),
              placed.changed(),
              lacking);
      return FetchCommand.show(
          invocation, options.json, pulled, placed.changed().size() + " outputs put in place, ");
    }
  }
}
