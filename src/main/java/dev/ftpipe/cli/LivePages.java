package dev.ftpipe.cli;

import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.dag.Graph;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pages of {@code ui}: the run that the address names, else the latest. */
final class LivePages implements Pages {
  private final Invocation invocation;
  private final RunRecords records;
  private final Path root;

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

  private RunView view(Map<String, List<String>> query) throws IOException {
    String project = ReportCommand.projectName(root);
    Graph graph = invocation.graph(ParamOverrides.NONE);
    if (records.ids().isEmpty()) {
      return RunReport.ofNone(project, graph);
    }
    // Opened each time: a repro at work adds to it.
    var store = invocation.store(root);
    Project opened = new Project(root, graph, store, note -> {});
    RunReport.Live live =
        new RunReport.Live(new Workspace(root, graph, ParamOverrides.NONE), opened::log);
    String run = query.getOrDefault("run", List.of("latest")).get(0);
    List<String> others = query.getOrDefault("with", List.of());
    return new RunReport(records, store.content(), Optional.of(live), note -> {})
        .of(project, run, others);
  }
}
