package dev.ftpipe.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Catalog;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.record.RunFolder;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.report.Answers;
import dev.ftpipe.report.Chart;
import dev.ftpipe.report.Charts;
import dev.ftpipe.report.Difference;
import dev.ftpipe.report.GraphLayout;
import dev.ftpipe.report.PlotSource;
import dev.ftpipe.report.PlotStyle;
import dev.ftpipe.report.Plots;
import dev.ftpipe.report.RunView;
import dev.ftpipe.report.RunView.StageRow;
import dev.ftpipe.report.RunView.ValueRow;
import dev.ftpipe.report.TrainingLog;
import dev.ftpipe.report.Values;
import dev.ftpipe.run.LockedFiles;
import dev.ftpipe.store.ContentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Puts together what the page of a run shows. Of a run that has ended only what it left is read:
 * its folder, and the cache by the digests in its lock file. So its page stays the same, but for
 * other runs that are removed.
 */
public final class RunReport {
  private final RunRecords records;
  private final ContentStore store;
  private final Consumer<String> notes;
  private final Optional<Live> live;

  /**
   * Where the files of a run are that is at work.
   *
   * @param files of the work tree
   * @param logs where the log of a stage is while it runs
   */
  public record Live(PlotSource files, Function<String, Path> logs) {}

  /**
   * Reports of these runs.
   *
   * @param live for runs at work; without it they show what is recorded
   */
  public RunReport(
      RunRecords records, ContentStore store, Optional<Live> live, Consumer<String> notes) {
    this.records = records;
    this.store = store;
    this.live = live;
    this.notes = notes;
  }

  /**
   * The page of a run.
   *
   * @param project its name
   * @param id of the run
   * @param others ids of runs whose curves are drawn with its own
   */
  public RunView of(String project, String id, List<String> others) throws IOException {
    RunRecord record = records.find(id);
    Opened opened = open(record);
    List<RunRecord> runs = new RunTables(records).until(record);
    Optional<RunRecord> before =
        runs.size() < 2 ? Optional.empty() : Optional.of(runs.get(runs.size() - 2));
    return new RunView(
        project + ": run " + record.id(),
        RunTables.facts(record),
        opened.rows(),
        layout(opened.graph(), opened.rows()),
        opened.stages().sources(),
        charts(opened, others),
        answers(opened),
        values(record, before),
        RunTables.table(runs));
  }

  /** The curves and pictures of a run. */
  public List<Chart> charts(String id) throws IOException {
    return charts(open(records.find(id)), List.of());
  }

  /** The page of a project in which nothing ran yet. */
  public static RunView ofNone(String project, Graph graph) {
    RunGraph described = RunGraph.of(graph);
    List<StageRow> stages = described.stages().stream().map(RunStages::waiting).toList();
    return new RunView(
        project + ": no run yet",
        new RunView.Facts("", "no run yet", "ftpipe repro", "", null, List.of()),
        stages,
        layout(described, stages),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        new RunView.RunTable(List.of(), List.of(), List.of()));
  }

  /** What is known of a run besides its record. */
  private record Opened(
      RunRecord record,
      RunGraph graph,
      RunStages stages,
      List<StageRow> rows,
      PlotSource files,
      Optional<Function<String, Path>> logs) {}

  private Opened open(RunRecord record) throws IOException {
    RunFolder folder = records.folder(record.id());
    RunGraph graph =
        RunGraph.read(folder.graph())
            .orElseGet(
                () ->
                    new RunGraph(
                        1, List.of(), new Catalog(List.of(), List.of(), List.of(), List.of())));
    byte[] lock = Files.exists(folder.lock()) ? Files.readAllBytes(folder.lock()) : new byte[0];
    boolean running = record.state() == RunRecord.State.RUNNING;
    PlotSource files =
        running && live.isPresent()
            ? live.get().files()
            : new RunFiles(record.id(), graph.catalog(), LockedFiles.of(lock, store));
    Optional<Function<String, Path>> logs = running ? live.map(Live::logs) : Optional.empty();
    RunStages stages = new RunStages(folder, record, graph, lock);
    List<StageRow> rows = stages.rows(logs);
    return new Opened(record, graph, stages, rows, new MadeFiles(files, graph, rows), logs);
  }

  private static List<GraphLayout.Node> layout(RunGraph graph, List<StageRow> stages) {
    Map<String, List<String>> after = new HashMap<>();
    graph.stages().forEach(node -> after.put(node.name(), node.after()));
    List<GraphLayout.Item> items = new ArrayList<>();
    for (StageRow stage : stages) {
      List<String> before = after.getOrDefault(stage.name(), List.of());
      items.add(new GraphLayout.Item(stage.name(), stage.group(), before));
    }
    return GraphLayout.of(items);
  }

  private List<Chart> charts(Opened opened, List<String> others) throws IOException {
    List<Opened> all = new ArrayList<>(List.of(opened));
    for (String other : others) {
      all.add(open(records.find(other)));
    }
    List<PlotSource> files = all.stream().map(Opened::files).toList();
    Problems problems = new Problems();
    Charts drawer = new Charts(files, problems, notes);
    List<Chart> charts = new ArrayList<>();
    Plots.of(files, List.of())
        .forEach(plot -> drawer.of(plot, PlotStyle.AS_DEFINED).ifPresent(charts::add));
    List<String> names = new ArrayList<>();
    List<String> logs = new ArrayList<>();
    for (Opened each : all) {
      names.add(each.record().id());
      logs.add(each.stages().wholeLog("uses train", each.logs()));
    }
    charts.addAll(TrainingLog.charts(names, logs));
    return charts;
  }

  private static List<Answers> answers(Opened opened) {
    List<Answers> answers = new ArrayList<>();
    for (RunGraph.Node node : opened.graph().stages()) {
      if (node.does().equals("uses sanity_check")) {
        node.outs().stream()
            .filter(path -> path.toLowerCase(Locale.ROOT).endsWith(".csv"))
            .forEach(
                path ->
                    opened
                        .files()
                        .read(path)
                        .flatMap(bytes -> Answers.parse(path, bytes))
                        .ifPresent(answers::add));
      }
    }
    return answers;
  }

  private static List<ValueRow> values(RunRecord record, Optional<RunRecord> before) {
    List<ValueRow> rows = new ArrayList<>();
    add(rows, "metric", before.map(RunRecord::metrics).orElse(Map.of()), record.metrics());
    add(rows, "param", before.map(RunRecord::params).orElse(Map.of()), record.params());
    return rows;
  }

  private static void add(
      List<ValueRow> rows, String kind, Map<String, JsonNode> before, Map<String, JsonNode> now) {
    for (Difference each : Difference.between(before, now, true)) {
      rows.add(
          new ValueRow(
              kind,
              each.path(),
              each.name(),
              Values.text(each.after()),
              Values.text(each.before()),
              each.before().equals(each.after()) ? "" : Values.text(each.change())));
    }
  }
}
