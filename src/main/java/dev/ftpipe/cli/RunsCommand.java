package dev.ftpipe.cli;

import dev.ftpipe.config.Settings;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.record.RunRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code ftpipe runs}: what ran here. */
@Command(
    name = "runs",
    description = "The runs of this project: a table with the params that differ, and the metrics.",
    footer = {
      "",
      "With -c, runs at the remote that were pushed with their results; ftpipe pull RUN brings them.",
      "A RUN is its id, a beginning of it, the word at its end, 'latest', or -1, -2, …",
      "Example: ftpipe runs diff -2 -1"
    })
final class RunsCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final TableOptions format = new TableOptions();

  @Option(
      names = {"-n", "--number"},
      paramLabel = "N",
      description = "Only the latest N runs.")
  private int number = Integer.MAX_VALUE;

  @Option(
      names = {"-c", "--cloud"},
      scope = ScopeType.INHERIT,
      description = "Also the runs at the remote.")
  private boolean cloud;

  @Option(
      names = {"-r", "--remote"},
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "The remote of -c (default: the default remote).")
  private Optional<String> remote = Optional.empty();

  private RunsCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  static CommandLine of(Invocation invocation) {
    // "-1" is a run, not an option.
    return new CommandLine(new RunsCommand(invocation))
        .setUnmatchedOptionsArePositionalParams(true);
  }

  @Override
  public Integer call() throws IOException {
    return with((records, book) -> table(records));
  }

  private int table(RunRecords records) throws IOException {
    List<RunRecords.Listed> all = records.list();
    List<RunRecords.Listed> listed = all.subList(Math.max(0, all.size() - number), all.size());
    List<RunRecord> runs = new ArrayList<>();
    for (RunRecords.Listed each : listed) {
      each.record().ifPresent(runs::add);
      if (each.record().isEmpty()) {
        invocation.note("run " + each.id() + " " + each.problem());
      }
    }
    if (format.json()) {
      invocation.terminal().out().println(JsonOutput.line(Map.of("runs", runs)));
    } else if (runs.isEmpty()) {
      invocation.note("no runs yet; 'ftpipe repro' records one whenever a stage has to run");
    } else {
      format.print(RunsText.table(runs, format), invocation.terminal());
    }
    return 0;
  }

  private interface Use<T> {
    T of(RunRecords records, Optional<RunBook> book) throws IOException;
  }

  /** Reads the records that are asked for; the remote is connected meanwhile. */
  private <T> T with(Use<T> use) throws IOException {
    Path root = invocation.global().projectRoot();
    if (!cloud && remote.isEmpty()) {
      return use.of(RunRecords.of(root), Optional.empty());
    }
    Settings settings = Settings.read(root);
    try (Remotes remotes = Remotes.connect(invocation, settings, remote, OptionalInt.empty())) {
      RunBook book = new RunBook(root, remotes.get());
      return use.of(book.all(), Optional.of(book));
    }
  }

  @Command(
      name = "show",
      description = "Everything that is recorded of a run.",
      footer = {"", "Example: ftpipe runs show latest"})
  int show(
      @Parameters(paramLabel = "RUN", defaultValue = "latest") String run,
      @Option(names = "--json", description = "The record itself.") boolean json)
      throws IOException {
    RunRecord record = with((records, book) -> records.find(run));
    invocation
        .terminal()
        .out()
        .print(json ? JsonOutput.line(record) + "\n" : RunsText.whole(record));
    return 0;
  }

  @Command(
      name = "diff",
      description = "What is different between two runs: params, stages, metrics.",
      footer = {"", "Example: ftpipe runs diff -2 -1"})
  int diff(
      @Parameters(paramLabel = "RUN", defaultValue = "-2") String before,
      @Parameters(paramLabel = "RUN", defaultValue = "-1") String after,
      @Option(names = "--json", description = "One JSON object instead of text.") boolean json)
      throws IOException {
    RunDifference difference =
        with((records, book) -> RunDifference.of(records.find(before), records.find(after)));
    invocation.terminal().out().print(json ? difference.json() + "\n" : difference.text());
    return 0;
  }

  @Command(
      name = "log",
      description = "What the stages of a run said; of one stage only, if it is named.",
      footer = {"", "Example: ftpipe runs log latest train"})
  int log(
      @Parameters(paramLabel = "RUN", defaultValue = "latest") String run,
      @Parameters(paramLabel = "STAGE", arity = "0..1", defaultValue = "") String stage)
      throws IOException {
    return with(
        (records, book) -> {
          if (book.isPresent()) {
            book.get().bringAll(records.resolve(run));
          }
          new RunLogs(records, invocation).print(run, stage);
          return 0;
        });
  }

  @Command(
      name = "rm",
      description =
          "Removes records and logs of runs, with -c also at the remote; what their stages made"
              + " stays in the cache.",
      footer = {"", "Example: ftpipe runs rm 20260131-142501-k3fd"})
  int rm(@Parameters(paramLabel = "RUN", arity = "1..*") List<String> runs) throws IOException {
    return with(
        (records, book) -> {
          Set<String> ids = new TreeSet<>();
          for (String run : runs) {
            ids.add(records.resolve(run));
          }
          if (book.isPresent()) {
            book.get().remove(ids);
          }
          for (String id : ids) {
            records.remove(id);
            invocation.terminal().out().println("removed " + id);
          }
          return 0;
        });
  }
}
