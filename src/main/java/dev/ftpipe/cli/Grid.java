package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.FtpipeException.Kind;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.Output;
import dev.ftpipe.history.RunRecording;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.SavedWorkspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A repro of every combination of some params, one after the other in the work tree, which is put
 * back as it was at the end, params files included.
 */
final class Grid {
  private final Invocation invocation;
  private final ReproRun run;
  private final List<ParamOverrides> combinations;

  Grid(ReproRun run, List<ParamOverrides> combinations) {
    this.invocation = run.invocation();
    this.run = run;
    this.combinations = combinations;
  }

  /** What {@code --json} prints of a combination. */
  record Combination(List<String> params, Optional<String> run, List<JsonOutput.Done> stages) {}

  int call(boolean dryRun) throws IOException {
    Project workspace = invocation.project(ParamOverrides.NONE);
    Set<String> outputs = new TreeSet<>(outputs(workspace.graph()));
    for (ParamOverrides each : combinations) {
      // Also finds what is wrong with any of them before the first runs.
      outputs.addAll(outputs(invocation.graph(each)));
    }
    if (dryRun) {
      return show();
    }
    SavedWorkspace saved = SavedWorkspace.of(workspace, outputs);
    List<Combination> done = new ArrayList<>();
    try {
      return runAll(done);
    } finally {
      saved.restore();
      print(done);
    }
  }

  private static List<String> outputs(Graph graph) {
    return graph.stages().stream()
        .flatMap(stage -> stage.outs().stream())
        .map(Output::path)
        .toList();
  }

  private int show() throws IOException {
    for (ParamOverrides each : combinations) {
      invocation.terminal().out().println(String.join(" ", each.assignments()));
      run.show(invocation.project(each));
    }
    return 0;
  }

  private int runAll(List<Combination> done) throws IOException {
    int exitCode = 0;
    for (ParamOverrides each : combinations) {
      String name = String.join(" ", each.assignments());
      int number = done.size() + 1;
      if (!invocation.quiet()) {
        Terminal terminal = invocation.terminal();
        terminal
            .err()
            .println(
                terminal.styled("bold", "== " + number + "/" + combinations.size()) + " " + name);
      }
      ReproRun.Ended ended =
          run.watched(invocation.project(each), each, RunRecording.Begin.AT_ONCE);
      done.add(
          new Combination(
              each.assignments(),
              ended.record(),
              ended.outcomes().stream().map(JsonOutput.Done::of).toList()));
      if (ended.exitCode() == Kind.INTERRUPTED.exitCode()) {
        throw FtpipeException.interrupted(
            "interrupted at combination "
                + number
                + " of "
                + combinations.size()
                + " ("
                + name
                + "); the same command goes on: what was finished comes from the cache");
      }
      exitCode = exitCode == 0 ? ended.exitCode() : exitCode;
      if (exitCode != 0 && !run.options().keepGoing()) {
        invocation.note(
            (combinations.size() - number)
                + " combinations were not tried after this failure; -k tries all");
        return exitCode;
      }
    }
    return exitCode;
  }

  private void print(List<Combination> done) throws IOException {
    if (run.json()) {
      invocation.terminal().out().println(JsonOutput.line(Map.of("grid", done)));
      return;
    }
    RunRecords records = RunRecords.of(invocation.global().projectRoot());
    List<RunRecord> runs = new ArrayList<>();
    for (Combination each : done) {
      if (each.run().isPresent()) {
        runs.add(records.find(each.run().get()));
      }
    }
    if (!runs.isEmpty()) {
      new TableOptions().print(RunsText.table(runs, new TableOptions()), invocation.terminal());
    }
  }
}
