package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.record.RunFolder;
import dev.ftpipe.record.RunRecord;
import dev.ftpipe.record.RunRecord.StageEntry;
import dev.ftpipe.record.RunRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the stages of a run said. */
record RunLogs(RunRecords records, Invocation invocation) {
  /** Prints the log of one stage, or of all that said anything when {@code stage} is empty. */
  void print(String run, String stage) throws IOException {
    RunRecord record = records.find(run);
    RunFolder folder = records.folder(run);
    List<String> stages = record.stages().stream().map(StageEntry::name).toList();
    if (!stage.isEmpty()) {
      one(record, folder, stages, stage);
      return;
    }
    int shown = 0;
    for (String each : stages) {
      Path log = folder.log(each);
      if (Files.exists(log)) {
        invocation.terminal().out().println("==> " + each + " <==");
        copy(log);
        shown++;
      }
    }
    if (shown == 0) {
      invocation.note("no stage of run " + record.id() + " said anything");
    }
  }

  private void one(RunRecord record, RunFolder folder, List<String> stages, String stage)
      throws IOException {
    Path log = folder.log(stage);
    if (Files.exists(log)) {
      copy(log);
    } else if (stages.contains(stage)) {
      String action =
          record.stages().stream()
              .filter(each -> each.name().equals(stage))
              .map(StageEntry::action)
              .findFirst()
              .orElse("");
      invocation.note(
          action.equals("run") || action.equals("failed")
              ? stage + " said nothing"
              : stage + " did not run in " + record.id() + ": it was " + action);
    } else {
      throw FtpipeException.usage(
          "run " + record.id() + " has no stage '" + stage + "'" + Nearest.hint(stage, stages));
    }
  }

  private void copy(Path log) throws IOException {
    Files.copy(log, invocation.terminal().out());
    invocation.terminal().out().flush();
  }
}
