package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Stage;
import java.io.IOException;
import java.util.List;

/** What built-ins say of themselves before they run. */
public final class Outlook {
  private final Project project;

  public Outlook(Project project) {
    this.project = project;
  }

  /**
   * The lines of a stage; none for a command.
   *
   * @return where the inputs are wrong, what is wrong with them
   */
  public List<String> of(String stage) throws IOException {
    for (Stage each : project.graph().stages()) {
      if (each.name().equals(stage) && each.action() instanceof Action.Call call) {
        try {
          return CallContext.outlook(
              call.kind(),
              WorkerRequest.of(call, project.root(), project.folders().scratch("none")));
        } catch (FtpipeException e) {
          return List.of("it would fail: " + e.getMessage());
        }
      }
    }
    return List.of();
  }
}
