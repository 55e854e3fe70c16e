package dev.ftpipe.cli;

import dev.ftpipe.report.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ftpipe metrics}: the numbers of the pipeline, now and before. */
@Command(
    name = "metrics",
    description = "Shows metrics, or what changed in them between two revisions.",
    footer = {"", "Example: ftpipe metrics diff main"})
final class MetricsCommand {
  private MetricsCommand() {}

  static CommandLine of(Invocation invocation) {
    return new CommandLine(new MetricsCommand())
        .addSubcommand(new Show(invocation))
        .addSubcommand(new Diff(invocation));
  }

  private static ValuesOutput output(Invocation invocation, TableOptions format) {
    return new ValuesOutput(invocation, format, new Shown("Metric", format::rounded), true);
  }

  /** {@code ftpipe metrics show}. */
  @Command(
      name = "show",
      description = "The metrics of the work tree, and of other revisions.",
      footer = {"", "Example: ftpipe metrics show --all-tags --md"})
  private static final class Show implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(
        paramLabel = "TARGET",
        arity = "0..*",
        description = "Files or folders; all that the pipeline calls metrics when none is given.")
    private List<String> targets = new ArrayList<>();

    @Mixin private final RevisionOptions revisions = new RevisionOptions();
    @Mixin private final TableOptions format = new TableOptions();

    Show(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
      return output(invocation, format)
          .show(
              revisions,
              targets,
              (snapshot, problems) -> Metrics.read(snapshot, targets, problems));
    }
  }

  /** {@code ftpipe metrics diff}. */
  @Command(
      name = "diff",
      description = "What changed in the metrics between two revisions.",
      footer = {"", "Example: ftpipe metrics diff HEAD~1 HEAD --md"})
  private static final class Diff implements Callable<Integer> {
    private final Invocation invocation;
    @Mixin private final DiffOptions options = new DiffOptions();
    @Mixin private final TableOptions format = new TableOptions();

    Diff(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
      return output(invocation, format)
          .diff(
              options, (snapshot, problems) -> Metrics.read(snapshot, options.targets(), problems));
    }
  }
}
