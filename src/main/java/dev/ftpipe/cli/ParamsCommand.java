package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.config.Problems;
import dev.ftpipe.report.Params;
import dev.ftpipe.report.Snapshot;
import dev.ftpipe.report.Values;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe params}: the values that the pipeline runs with, now and before. */
@Command(
    name = "params",
    description = "Shows params, or what changed in them between two revisions.",
    footer = {"", "Example: ftpipe params diff main"})
final class ParamsCommand {
  private ParamsCommand() {}

  static CommandLine of(Invocation invocation) {
    return new CommandLine(new ParamsCommand())
        .addSubcommand(new Show(invocation))
        .addSubcommand(new Diff(invocation));
  }

  private static ValuesOutput output(Invocation invocation, TableOptions format) {
    return new ValuesOutput(invocation, format, new Shown("Param", Values::text), false);
  }

  private static Map<String, JsonNode> read(
      Snapshot snapshot, List<String> targets, Problems problems) {
    return targets.isEmpty()
        ? Params.all(snapshot, problems)
        : Params.ofFiles(snapshot, targets, problems);
  }

  /** {@code ftpipe params show}. */
  @Command(
      name = "show",
      description = "The params of the work tree, and of other revisions.",
      footer = {"", "Example: ftpipe params show --all-tags --md"})
  private static final class Show implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(
        paramLabel = "TARGET",
        arity = "0..*",
        description = "Files; all that the pipeline reads params from when none is given.")
    private List<String> targets = new ArrayList<>();

    @Mixin private final RevisionOptions revisions = new RevisionOptions();
    @Mixin private final TableOptions format = new TableOptions();

    Show(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
      return output(invocation, format)
          .show(revisions, targets, (snapshot, problems) -> read(snapshot, targets, problems));
    }
  }

  /** {@code ftpipe params diff}. */
  @Command(
      name = "diff",
      description = "What changed in the params between two revisions.",
      footer = {"", "Example: ftpipe params diff HEAD~1 HEAD --md"})
  private static final class Diff implements Callable<Integer> {
    private final Invocation invocation;
    @Mixin private final DiffOptions options = new DiffOptions();

    @Option(names = "--deps", description = "Only what stages declare to depend on.")
    private boolean deps;

    @Mixin private final TableOptions format = new TableOptions();

    Diff(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
      return output(invocation, format)
          .diff(
              options,
              (snapshot, problems) ->
                  deps ? Params.declared(snapshot) : read(snapshot, options.targets(), problems));
    }
  }
}
