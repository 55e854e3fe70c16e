package dev.ftpipe.cli;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.config.Problems;
import dev.ftpipe.report.Chart;
import dev.ftpipe.report.Charts;
import dev.ftpipe.report.PlotPage;
import dev.ftpipe.report.PlotStyle;
import dev.ftpipe.report.Plots;
import dev.ftpipe.report.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** How plots are drawn and where the page goes, as in DVC. */
final class PlotOptions {
  private static final String PAGE = "index.html";

  @Option(names = "-x", paramLabel = "COLUMN", description = "What goes right.")
  private Optional<String> x = Optional.empty();

  @Option(names = "-y", paramLabel = "COLUMN", description = "What goes up; may be repeated.")
  private List<String> ys = new ArrayList<>();

  @Option(
      names = {"-t", "--template"},
      paramLabel = "NAME",
      description = "linear, scatter, bar_horizontal, confusion, confusion_normalized.")
  private Optional<String> template = Optional.empty();

  @Option(names = "--title", paramLabel = "TEXT", description = "The title of the plots.")
  private Optional<String> title = Optional.empty();

  @Option(names = "--x-label", paramLabel = "TEXT", description = "What stands below.")
  private Optional<String> xLabel = Optional.empty();

  @Option(names = "--y-label", paramLabel = "TEXT", description = "What stands beside.")
  private Optional<String> yLabel = Optional.empty();

  @Option(names = "--no-header", description = "Tables have no first line with names.")
  private boolean noHeader;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "The folder that index.html is written to (default: .ftpipe/plots).")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--open", description = "Open the page in the browser.")
  private boolean open;

  @Option(names = "--json", description = "The data of the plots on stdout instead of a page.")
  private boolean json;

  /** Shows the plots of these revisions, one over the other. */
  void show(List<Snapshot> snapshots, List<String> targets, Invocation invocation)
      throws IOException {
    Problems problems = new Problems();
    PlotStyle style = new PlotStyle(x, ys, template, title, xLabel, yLabel, !noHeader);
    Charts charts = new Charts(snapshots, problems, invocation::note);
    List<Chart> drawn =
        Plots.of(snapshots, targets).stream()
            .flatMap(plot -> charts.of(plot, style).stream())
            .toList();
    try {
      problems.throwIfAny();
    } catch (FtpipeException e) {
      // What can be drawn is.
      invocation.note(e.getMessage());
    }
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(Map.of("plots", drawn)));
      return;
    }
    if (drawn.isEmpty()) {
      invocation.note("there are no plots with data; name files under 'plots', or give them here");
    }
    Path page = write(PlotPage.html(pageTitle(snapshots, invocation), drawn), invocation);
    invocation.terminal().out().println(page.toUri());
    if (open) {
      Browser.open(page.toUri(), invocation);
    }
  }

  private static String pageTitle(List<Snapshot> snapshots, Invocation invocation) {
    Path root = invocation.global().projectRoot();
    String name = String.valueOf(Optional.ofNullable(root.getFileName()).orElse(root));
    return name + ": " + snapshots.stream().map(Snapshot::name).collect(Collectors.joining(", "));
  }

  private Path write(String html, Invocation invocation) {
    Path own = invocation.global().projectRoot().resolve(".ftpipe/plots");
    Path folder = out.map(invocation.global().directory::resolve).orElse(own).toAbsolutePath();
    Path page = folder.normalize().resolve(PAGE);
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
