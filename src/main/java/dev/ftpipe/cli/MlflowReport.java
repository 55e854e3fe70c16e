package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.MlflowSettings;
import dev.ftpipe.config.Settings;
import dev.ftpipe.history.RunReport;
import dev.ftpipe.mlflow.MlflowServer;
import dev.ftpipe.record.RunRecords;
import dev.ftpipe.run.Project;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Tells the MLflow server of a project about a run; a server that is away is only said. */
final class MlflowReport {
  private MlflowReport() {}

  /** Sends the record of a run that has ended, where the project names a server. */
  static void send(Invocation invocation, Project project, String id) throws IOException {
    Path root = project.root();
    MlflowSettings settings = Settings.read(root).mlflow();
    if (settings.uri().isEmpty()) {
      return;
    }
    RunRecords records = RunRecords.of(root);
    RunReport report =
        new RunReport(records, project.content(), Optional.empty(), invocation::note);
    String experiment = settings.experiment().orElse(ReportCommand.projectName(root));
    try {
      new MlflowServer(settings.uri().get(), experiment).send(records.find(id), report.charts(id));
    } catch (FtpipeException e) {
      invocation.note("the run was not sent to MLflow: " + e.getMessage());
    }
  }
}
