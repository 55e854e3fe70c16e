package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.Sharing;
import dev.ftpipe.store.remote.PushReport;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ftpipe push}: sends what the lock file names to a remote. */
@Command(
    name = "push",
    description =
        "Sends what pipeline.lock names to a remote: only what is missing there, asked anew each "
            + "time.",
    footer = {
      "",
      "A TARGET may be a run: what it left is sent, and its record. The record of the run that made",
      "what pipeline.lock names goes along with everything.",
      "Example: ftpipe push train"
    })
final class PushCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final TransferOptions options = new TransferOptions();

  @Option(names = "--runs", description = "All runs that are recorded here, with their results.")
  private boolean allRuns;

  PushCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** What {@code push --json} prints. */
  record Pushed(
      String remote, int objects, int verified, int sent, long bytes, List<String> lacking) {}

  private Sharing.Result<PushReport> push(Project project, Remotes remotes) throws IOException {
    List<String> runs = runs(project);
    if (!runs.isEmpty()) {
      return new RunBook(project.root(), remotes.get()).push(project, runs);
    }
    Sharing.Result<PushReport> pushed = new Sharing(project, remotes::get).push(options.targets);
    if (options.targets.isEmpty() && pushed.lacking().isEmpty()) {
      new RunBook(project.root(), remotes.get()).publish(RunBook.runsOfTheLock(project.root()));
    }
    return pushed;
  }

  private List<String> runs(Project project) throws IOException {
    RunRecords here = RunRecords.of(project.root());
    List<String> runs = new ArrayList<>();
    for (String id : allRuns ? here.ids() : List.<String>of()) {
      if (Files.exists(here.folder(id).lock())) {
        runs.add(id);
      }
    }
    for (String target : options.targets) {
      if (RunRecords.isName(target) && !project.isTarget(target)) {
        runs.add(here.resolve(target));
      }
    }
    if (!runs.isEmpty() && !allRuns && runs.size() < options.targets.size()) {
      throw FtpipeException.usage("name runs, or stages and outputs, but not both at once");
    }
    return runs;
  }

  @Override
  public Integer call() throws IOException {
    try (Remotes remotes = options.connect(invocation)) {
      Project project = invocation.project(ParamOverrides.NONE);
      Sharing.Result<PushReport> result =
          TransferDisplay.around(invocation, "push", remotes::get, () -> push(project, remotes));
      PushReport report = result.report();
      String place = remotes.get().location();
      if (options.json) {
        invocation
            .terminal()
            .out()
            .println(
                JsonOutput.line(
                    new Pushed(
                        place,
                        report.objects(),
                        report.verified(),
                        report.sent(),
                        report.movedBytes(),
                        result.lacking())));
      } else if (!invocation.quiet()) {
        invocation
            .terminal()
            .err()
            .println(
                (report.sent() == 0
                        ? "Nothing to send: "
                        : "Sent "
                            + report.sent()
                            + " objects, "
                            + Sizes.of(report.movedBytes())
                            + ": ")
                    + report.objects()
                    + " objects, "
                    + report.verified()
                    + " verified at "
                    + place);
      }
      result.lacking().forEach(each -> invocation.terminal().err().println("error: " + each));
      return result.lacking().isEmpty() && report.verified() == report.objects() ? 0 : 1;
    }
  }
}
