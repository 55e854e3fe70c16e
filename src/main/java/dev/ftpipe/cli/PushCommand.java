package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.Sharing;
import dev.ftpipe.store.remote.PushReport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ftpipe push}: sends what the lock file names to a remote. */
@Command(
    name = "push",
    description = {
      "Sends what pipeline.lock names to a remote: only what is missing there, asked anew each"
          + " time."
    },
    footer = {"", "Example: ftpipe push train"})
final class PushCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final TransferOptions options = new TransferOptions();

  PushCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /** What {@code push --json} prints. */
  record Pushed(
      String remote, int objects, int verified, int sent, long bytes, List<String> lacking) {}

  @Override
  public Integer call() throws IOException {
    try (Remotes remotes = options.connect(invocation)) {
      Project project = invocation.project(ParamOverrides.NONE);
      Sharing sharing = new Sharing(project, remotes::get, false, true);
      Sharing.Result<PushReport> result =
          TransferDisplay.around(
              invocation, "push", remotes::get, () -> sharing.push(options.targets));
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
