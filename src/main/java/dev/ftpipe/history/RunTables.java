package dev.ftpipe.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.record.Machine;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.report.NamedValues;
import dev.ftpipe.report.RunView;
import dev.ftpipe.report.RunView.RunRow;
import dev.ftpipe.report.Values;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs side by side, and what is known of one as a whole. */
final class RunTables {
  private static final int MOST = 1_000;

  private final RunRecords records;

  RunTables(RunRecords records) {
    this.records = records;
  }

  /** The latest runs up to this one, the oldest first; those that cannot be read are left out. */
  List<RunRecord> until(RunRecord last) throws IOException {
    List<RunRecord> runs = new ArrayList<>();
    for (RunRecords.Listed each : records.list()) {
      if (each.id().compareTo(last.id()) <= 0) {
        each.record().ifPresent(runs::add);
      }
    }
    return runs.subList(Math.max(0, runs.size() - MOST), runs.size());
  }

  static RunView.RunTable table(List<RunRecord> runs) {
    List<Map<String, JsonNode>> params =
        runs.stream().map(run -> NamedValues.of(run.params())).toList();
    List<Map<String, JsonNode>> metrics =
        runs.stream().map(run -> NamedValues.of(run.metrics())).toList();
    List<String> paramNames =
        NamedValues.names(params).stream()
            .filter(name -> NamedValues.differs(name, params))
            .toList();
    List<String> metricNames = NamedValues.names(metrics);
    List<RunRow> rows = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      RunRecord run = runs.get(i);
      rows.add(
          new RunRow(
              run.id(),
              run.begun(),
              run.state().text(),
              seconds(run),
              run.git().map(RunTables::revision).orElse(""),
              texts(paramNames, params.get(i)),
              texts(metricNames, metrics.get(i))));
    }
    return new RunView.RunTable(paramNames, metricNames, rows);
  }

  private static List<String> texts(List<String> names, Map<String, JsonNode> values) {
    return names.stream().map(name -> Values.text(Optional.ofNullable(values.get(name)))).toList();
  }

  private static @Nullable Double seconds(RunRecord run) {
    return run.ended().isPresent() ? run.seconds() : null;
  }

  private static String revision(RunRecord.Revision git) {
    String id = git.revision().orElse("no commit");
    return id.substring(0, Math.min(7, id.length())) + (git.dirty() ? "+" : "");
  }

  static RunView.Facts facts(RunRecord run) {
    List<List<String>> details = new ArrayList<>();
    run.git()
        .ifPresent(
            git -> {
              details.add(
                  List.of(
                      "revision",
                      git.revision().orElse("no commit")
                          + git.branch().map(name -> " (" + name + ")").orElse("")));
              if (git.dirty()) {
                String more = git.changedCount() > git.changed().size() ? ", …" : "";
                details.add(List.of("changed", String.join(", ", git.changed()) + more));
              }
            });
    run.exitCode().ifPresent(code -> details.add(List.of("exit code", "" + code)));
    Machine machine = run.machine();
    details.add(List.of("host", machine.host()));
    details.add(List.of("system", machine.os()));
    details.add(
        List.of("processors", machine.cpus() + ", " + (machine.memory() >> 20) + " MiB memory"));
    details.add(List.of("ftpipe", run.version()));
    details.add(List.of("Java", machine.java()));
    run.engine().ifPresent(engine -> details.add(List.of("engine", engine)));
    return new RunView.Facts(
        run.id(),
        run.state().text(),
        "ftpipe " + String.join(" ", run.command()),
        run.begun(),
        seconds(run),
        details);
  }
}
