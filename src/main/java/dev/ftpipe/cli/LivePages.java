package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.dag.Catalog;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.history.FileMarks;
import dev.ftpipe.history.RunReport;
import dev.ftpipe.history.Workspace;
import dev.ftpipe.live.LiveServer;
import dev.ftpipe.live.Pages;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.report.RunPage;
import dev.ftpipe.report.RunView;
import dev.ftpipe.run.Project;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pages of {@code ui}: the run that the address names, else the latest. */
final class LivePages implements Pages {
  private final Invocation invocation;
  private final RunRecords records;
  private final Path root;

  /** The graph as it was last shown: it names the files that curves are in. */
  private volatile Optional<Graph> shown = Optional.empty();

  LivePages(Invocation invocation, RunRecords records) {
    this.invocation = invocation;
    this.records = records;
    this.root = invocation.global().projectRoot();
  }

  @Override
  public String page(Map<String, List<String>> query) throws IOException {
    return RunPage.live(view(query), LiveServer.EVENTS);
  }

  @Override
  public String data(Map<String, List<String>> query) throws IOException {
    return JsonOutput.line(view(query));
  }

  @Override
  public String mark(Map<String, List<String>> query) throws IOException {
    FileMarks marks =
        new FileMarks().folder(root).folder(root.resolve(".ftpipe/runs")).tree(logs());
    if (shown.isPresent()) {
      Catalog catalog = shown.get().catalog();
      for (Catalog.MetricsFile each : catalog.metrics()) {
        marks.tree(root.resolve(each.path()));
      }
      for (Catalog.Plot each : catalog.plots()) {
        for (Catalog.Axis axis : each.ys()) {
          marks.tree(root.resolve(axis.file()));
        }
        marks.tree(root.resolve(each.id()));
      }
    }
    if (records.ids().isEmpty()) {
      return marks.toString();
    }
    for (String id : runs(query)) {
      for (Path file : records.folder(id).files().values()) {
        marks.tree(file);
      }
    }
    // That a run was killed is written nowhere.
    return marks + records.find(run(query)).state().name();
  }

  private Path logs() {
    return root.resolve(".ftpipe/state/logs");
  }

  private static String run(Map<String, List<String>> query) {
    return query.getOrDefault("run", List.of("latest")).get(0);
  }

  /** The run that is shown and those beside it. */
  private static List<String> runs(Map<String, List<String>> query) {
    List<String> runs = new ArrayList<>(query.getOrDefault("with", List.of()));
    runs.add(run(query));
    return runs;
  }

  private RunView view(Map<String, List<String>> query) throws IOException {
    String project = ReportCommand.projectName(root);
    Graph graph = invocation.graph(ParamOverrides.NONE);
    shown = Optional.of(graph);
    if (records.ids().isEmpty()) {
      return RunReport.ofNone(project, graph);
    }
    // Opened each time: a repro at work adds to it.
    var store = invocation.store(root);
    Project opened = new Project(root, graph, store, note -> {});
    RunReport.Live live =
        new RunReport.Live(new Workspace(root, graph, ParamOverrides.NONE), opened.folders()::log);
    List<String> others = query.getOrDefault("with", List.of());
    return new RunReport(records, store.content(), Optional.of(live), note -> {})
        .of(project, run(query), others);
  }
}
