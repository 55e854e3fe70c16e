package dev.ftpipe.cli;

import dev.ftpipe.report.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe plots}: curves, matrices and pictures of the pipeline, as one HTML file. */
@Command(
    name = "plots",
    description = "Writes one HTML file with the plots of one revision or of several.",
    footer = {"", "Example: ftpipe plots diff main --open"})
final class PlotsCommand {
  private PlotsCommand() {}

  static CommandLine of(Invocation invocation) {
    return new CommandLine(new PlotsCommand())
        .addSubcommand(new Show(invocation))
        .addSubcommand(new Diff(invocation));
  }

  /** {@code ftpipe plots show}. */
  @Command(
      name = "show",
      description = "The plots of the work tree.",
      footer = {"", "Example: ftpipe plots show metrics/loss.tsv -x step --open"})
  private static final class Show implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(
        paramLabel = "TARGET",
        arity = "0..*",
        description = "Plots by name, or files; every plot when none is given.")
    private List<String> targets = new ArrayList<>();

    @Mixin private final PlotOptions options = new PlotOptions();

    Show(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
      try (Past past = new Past(invocation)) {
        options.show(List.of(past.workspace()), targets, invocation);
        return 0;
      }
    }
  }

  /** {@code ftpipe plots diff}. */
  @Command(
      name = "diff",
      description = "The plots of several revisions, one over the other.",
      footer = {"", "Example: ftpipe plots diff v1.0 main workspace"})
  private static final class Diff implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(
        paramLabel = "REV",
        arity = "0..*",
        description = "Revisions (default: HEAD; with one, the work tree is the other).")
    private List<String> revisions = new ArrayList<>();

    @Option(
        names = "--targets",
        paramLabel = "PATH",
        arity = "1..*",
        description = "Only these plots or files.")
    private List<String> targets = new ArrayList<>();

    @Mixin private final PlotOptions options = new PlotOptions();

    Diff(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
      List<String> names = new ArrayList<>(revisions.isEmpty() ? List.of("HEAD") : revisions);
      if (names.size() == 1 && !names.contains(Snapshot.WORKSPACE)) {
        names.add(0, Snapshot.WORKSPACE);
      }
      try (Past past = new Past(invocation)) {
        List<Snapshot> snapshots = new ArrayList<>();
        for (String name : names) {
          snapshots.add(past.at(name));
        }
        options.show(snapshots, targets, invocation);
        return 0;
      }
    }
  }
}
