package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.dvc.DvcImport;
import dev.ftpipe.run.Project;
import dev.ftpipe.store.RemoteSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ftpipe import-dvc}: a project of DVC arrives with its data and its results. */
@Command(
    name = "import-dvc",
    description =
        "Takes over what DVC tracks here: .dvc files become sources, dvc.lock becomes pipeline.lock. "
            + "Data comes from the work tree, DVC's cache or its remote, each file checked by its MD5 sum.",
    footer = {"", "Example: ftpipe import-dvc && ftpipe status"})
final class ImportDvcCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "The remote of DVC's (default: its default remote).")
  private Optional<String> remote = Optional.empty();

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "Transfers at once (default: 8).")
  private Optional<Integer> jobs = Optional.empty();

  @Option(names = "--json", description = "One JSON object on stdout at the end.")
  private boolean json;

  ImportDvcCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    int atOnce = jobs.orElse(RemoteSettings.JOBS);
    if (atOnce < 1) {
      throw FtpipeException.usage("-j takes a number of at least 1, not " + atOnce);
    }
    Path root = invocation.global().projectRoot();
    Project project = invocation.project(ParamOverrides.NONE);
    DvcImport.Options options =
        new DvcImport.Options(
            remote,
            atOnce,
            System.getenv(),
            config ->
                invocation
                    .wiring()
                    .remotes()
                    .open(Remotes.settings(config, root, OptionalInt.of(atOnce))));
    DvcImport.Report report = new DvcImport(project, options, invocation::note).run();
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(report));
    } else if (!invocation.quiet()) {
      invocation
          .terminal()
          .err()
          .println(
              Sizes.count(report.sources().size(), "source")
                  + " and the results of "
                  + Sizes.count(report.stages().size(), "stage")
                  + " are known now; "
                  + Sizes.count(report.objects(), "file")
                  + " ("
                  + Sizes.of(report.bytes())
                  + ") came from DVC's cache or remote, "
                  + Sizes.count(report.restored(), "output")
                  + " put in place");
    }
    report.problems().forEach(each -> invocation.terminal().err().println("error: " + each));
    return report.problems().isEmpty() ? 0 : 1;
  }
}
