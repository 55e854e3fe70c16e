package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.git.Commit;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.record.RunRecord.Revision;
import dev.ftpipe.report.NamedValues;
import dev.ftpipe.report.Table;
import dev.ftpipe.report.Values;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Runs as text. */
final class RunsText {
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private static final int CAUSE = 90;

  private RunsText() {}

  /** A line a run: the params that are not the same in all of them, and their metrics. */
  static Table table(List<RunRecord> runs, TableOptions format) {
    List<Map<String, JsonNode>> params =
        runs.stream().map(run -> NamedValues.of(run.params())).toList();
    List<Map<String, JsonNode>> metrics =
        runs.stream().map(run -> NamedValues.of(run.metrics())).toList();
    List<String> shownParams =
        NamedValues.names(params).stream()
            .filter(name -> NamedValues.differs(name, params))
            .toList();
    List<String> shownMetrics = NamedValues.names(metrics);
    List<String> headings =
        new ArrayList<>(List.of("Run", "When", "State", "Revision", "Duration"));
    headings.addAll(shownParams);
    headings.addAll(shownMetrics);
    Table table = new Table(headings);
    for (int i = 0; i < runs.size(); i++) {
      RunRecord run = runs.get(i);
      List<String> cells =
          new ArrayList<>(
              List.of(
                  run.id(),
                  when(run),
                  run.state().text(),
                  run.git().map(RunsText::revision).orElse("-"),
                  run.ended().isPresent() ? duration(run.seconds()) : "-"));
      for (String name : shownParams) {
        cells.add(Values.text(Optional.ofNullable(params.get(i).get(name))));
      }
      for (String name : shownMetrics) {
        cells.add(format.rounded(Optional.ofNullable(metrics.get(i).get(name))));
      }
      table.add(cells);
    }
    return table;
  }

  private static String when(RunRecord run) {
    return WHEN.format(run.begunAt().atZone(ZoneId.systemDefault()));
  }

  /** The beginning of the commit's id, with a plus when files were changed since. */
  private static String revision(Revision git) {
    return git.revision().map(Commit::shortened).orElse("no commit") + (git.dirty() ? "+" : "");
  }

  static String duration(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
  }

  /** All of a record. */
  static String whole(RunRecord run) {
    StringBuilder text = new StringBuilder();
    line(text, "run", run.id());
    line(
        text, "state", run.state().text() + run.exitCode().map(c -> ", exit code " + c).orElse(""));
    line(
        text, "begun", when(run) + run.ended().map(e -> ", " + duration(run.seconds())).orElse(""));
    line(text, "command", "ftpipe " + String.join(" ", run.command()));
    run.git().ifPresent(git -> git(text, git));
    line(
        text,
        "machine",
        run.machine().host()
            + ", "
            + run.machine().os()
            + ", "
            + run.machine().cpus()
            + " CPUs, "
            + (run.machine().memory() >> 20)
            + " MiB, Java "
            + run.machine().java());
    line(text, "ftpipe", run.version() + run.engine().map(each -> ", " + each).orElse(""));
    values(text, "params", run.params());
    values(text, "metrics", run.metrics());
    if (!run.stages().isEmpty()) {
      text.append("\nstages\n").append(stages(run).text().indent(2));
    }
    return text.toString();
  }

  private static void git(StringBuilder text, Revision git) {
    String branch = git.branch().map(name -> " (" + name + ")").orElse("");
    line(text, "revision", git.revision().orElse("no commit") + branch);
    if (git.dirty()) {
      String more =
          git.changedCount() > git.changed().size() ? ", … (" + git.changedCount() + ")" : "";
      line(text, "changed", String.join(", ", git.changed()) + more);
    }
  }

  private static void values(StringBuilder text, String title, Map<String, JsonNode> files) {
    if (files.isEmpty()) {
      return;
    }
    Table table = new Table(List.of("Path", "Name", "Value"));
    files.forEach(
        (path, file) ->
            Values.flat(file)
                .forEach(
                    (name, value) ->
                        table.add(List.of(path, name, Values.text(Optional.of(value))))));
    text.append('\n').append(title).append('\n').append(table.text().indent(2));
  }

  private static Table stages(RunRecord run) {
    Table table = new Table(List.of("Stage", "Action", "Seconds", "Key", "Cause"));
    for (RunRecord.StageEntry stage : run.stages()) {
      table.add(
          List.of(
              stage.name(),
              stage.action(),
              String.format(Locale.ROOT, "%.1f", stage.seconds()),
              stage.key().map(key -> key.substring(0, Math.min(12, key.length()))).orElse("-"),
              shortened(stage.failure().orElse(stage.cause()))));
    }
    return table;
  }

  private static String shortened(String text) {
    int end =
        text.codePointCount(0, text.length()) <= CAUSE ? -1 : text.offsetByCodePoints(0, CAUSE);
    return end < 0 ? text : text.substring(0, end) + "…";
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-10s", name)).append(value).append('\n');
  }
}
