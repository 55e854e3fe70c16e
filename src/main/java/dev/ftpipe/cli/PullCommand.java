package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.run.Checkout;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.RunResults;
import dev.ftpipe.run.RunSharing;
import dev.ftpipe.run.Sharing;
import dev.ftpipe.store.remote.FetchReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ftpipe pull}: brings what the lock file names from a remote into the work tree. */
@Command(
    name = "pull",
    description =
        "Brings what pipeline.lock names from a remote into the work tree: what is in the cache already"
            + " is not fetched.",
    footer = {
      "",
      "A TARGET may be a run (see ftpipe runs -c): its outputs, lock file and metrics are brought.",
      "Example: ftpipe pull train",
      "         ftpipe pull 20260131-142501-k3fd --to results"
    })
final class PullCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final TransferOptions options = new TransferOptions();

  @Option(
      names = {"-f", "--force"},
      description = "Also over files that are in no cache.")
  private boolean force;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "With a run: into this folder, not into the work tree.")
  private Optional<Path> to = Optional.empty();

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
      if (options.targets.size() == 1
          && RunRecords.isName(options.targets.get(0))
          && !project.isTarget(options.targets.get(0))) {
        return pullRun(project, remotes);
      }
      if (to.isPresent()) {
        throw FtpipeException.usage("--to goes with one run: ftpipe pull RUN --to DIR");
      }
      Sharing sharing = new Sharing(project, remotes::get);
      Sharing.Result<FetchReport> fetched =
          TransferDisplay.around(
              invocation, "pull", remotes::get, () -> sharing.fetchForCheckout(options.targets));
      Checkout.Result placed = new Checkout(project, force).run(options.targets);
      return show(remotes, fetched, placed, "");
    }
  }

  private int show(
      Remotes remotes,
      Sharing.Result<FetchReport> fetched,
      Checkout.Result placed,
      String beginning)
      throws IOException {
    FetchReport report = fetched.report();
    Pulled pulled =
        new Pulled(
            remotes.get().location(),
            report.objects(),
            report.received(),
            report.movedBytes(),
            placed.changed(),
            // What could not be fetched cannot be put in place either: it is said once.
            fetched.lacking().isEmpty() ? placed.problems() : fetched.lacking());
    return FetchCommand.show(
        invocation,
        options.json,
        pulled,
        beginning + placed.changed().size() + " outputs put in place, ");
  }

  private int pullRun(Project project, Remotes remotes) throws IOException {
    RunBook book = new RunBook(project.root(), remotes.get());
    RunRecords records = book.all();
    String id = records.resolve(options.targets.get(0));
    RunResults results = book.results(records, id);
    Sharing.Result<FetchReport> fetched =
        TransferDisplay.around(
            invocation,
            "pull",
            remotes::get,
            () -> new RunSharing(project, remotes::get).fetchForCheckout(results));
    Checkout.Result placed =
        to.isPresent()
            ? results.export(project, invocation.global().directory.resolve(to.get()))
            : results.place(project, force);
    if (to.isPresent()) {
      records.folder(id).copyRecord(invocation.global().directory.resolve(to.get()));
    }
    return show(remotes, fetched, placed, "run " + id + ": ");
  }
}
