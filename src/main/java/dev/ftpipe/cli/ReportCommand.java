package dev.ftpipe.cli;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.history.RunReport;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.report.RunPage;
import dev.ftpipe.report.RunView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe report}: a run as one HTML file. */
@Command(
    name = "report",
    description =
        "Writes one HTML file about a run, which works offline: the graph with times and causes, "
            + "where every output comes from, curves, answers, values beside those of other runs.",
    footer = {
      "",
      "A RUN is its id, a beginning of it, the word at its end, 'latest', or -1, -2, …",
      "Example: ftpipe report --open",
      "Example: ftpipe report -1 --with -2 -o report.html"
    })
final class ReportCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      defaultValue = "latest",
      description = "The run (default: the latest).")
  private String run = "latest";

  @Option(
      names = "--with",
      paramLabel = "RUN",
      description = "Draw the curves of this run as well; may be repeated.")
  private List<String> others = new ArrayList<>();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "The file to write (default: .ftpipe/reports/RUN.html).")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--open", description = "Open the page in the browser.")
  private boolean open;

  @Option(names = "--json", description = "What the page shows on stdout instead of a page.")
  private boolean json;

  private ReportCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  static CommandLine of(Invocation invocation) {
    // "-1" is a run, not an option.
    return new CommandLine(new ReportCommand(invocation))
        .setUnmatchedOptionsArePositionalParams(true);
  }

  @Override
  public Integer call() throws IOException {
    Path root = invocation.global().projectRoot();
    RunRecords records = RunRecords.of(root);
    String id = records.resolve(run);
    RunReport report =
        new RunReport(
            records, invocation.store(root).content(), Optional.empty(), invocation::note);
    RunView view = report.of(projectName(root), id, others);
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(view));
      return 0;
    }
    Path page = write(root, id, RunPage.file(view));
    invocation.terminal().out().println(page.toUri());
    if (open) {
      Browser.open(page.toUri(), invocation);
    }
    return 0;
  }

  static String projectName(Path root) {
    return String.valueOf(Optional.ofNullable(root.getFileName()).orElse(root));
  }

  private Path write(Path root, String id, String html) {
    Path own = root.resolve(".ftpipe/reports");
    Path page =
        out.map(invocation.global().directory::resolve)
            .orElse(own.resolve(id + ".html"))
            .toAbsolutePath()
            .normalize();
    try {
      AtomicFiles.write(page, html);
      if (out.isEmpty()) {
        Files.writeString(own.resolve(".gitignore"), "*\n");
      }
    } catch (IOException e) {
      throw IoProblem.writing(page, e);
    }
    return page;
  }
}
