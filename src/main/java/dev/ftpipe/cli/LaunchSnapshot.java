package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.Snapshot;
import dev.ftpipe.cloud.SnapshotIndex;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Settings;
import dev.ftpipe.dag.Output;
import dev.ftpipe.git.WorkFiles;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.Sharing;
import dev.ftpipe.store.remote.PushReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * The workspace, sent.
 *
 * @param metrics paths of metrics and plots of the pipeline
 */
record LaunchSnapshot(Snapshot snapshot, List<String> metrics) {
  static LaunchSnapshot send(
      Invocation invocation, CloudScope scope, Path root, boolean allowSecrets) throws IOException {
    Project project = invocation.project(ParamOverrides.NONE);
    SortedSet<String> files = WorkFiles.of(root);
    files.removeIf(path -> path.startsWith(".ftpipe/") && !path.equals(Settings.SHARED));
    if (Files.exists(root.resolve(Settings.SHARED))) {
      files.add(Settings.SHARED);
    }
    addInputs(project, root, files);
    List<Output> outputs =
        project.graph().stages().stream().flatMap(stage -> stage.outs().stream()).toList();
    dropOutputs(outputs, files);
    Path memory = root.resolve(".ftpipe/state/snapshot");
    SnapshotIndex index = SnapshotIndex.read(memory);
    Snapshot snapshot = Snapshot.take(project.content(), root, files, index, !allowSecrets);
    index.write(memory);
    PushReport report = scope.remotes().get().push(invocation.store(root), snapshot.plan());
    if (!report.absent().isEmpty() || !report.damaged().isEmpty()) {
      throw FtpipeException.environment("files changed while they were sent; try again", null);
    }
    invocation
        .terminal()
        .err()
        .println(
            "workspace: "
                + files.size()
                + " files, "
                + Sizes.of(snapshot.bytes())
                + "; sent "
                + report.sent()
                + " objects");
    shareResults(invocation, project, scope);
    return new LaunchSnapshot(
        snapshot,
        outputs.stream().filter(each -> each.role() != Output.Role.OUT).map(Output::path).toList());
  }

  /** What stages read and none makes goes along, also where git ignores it. */
  private static void addInputs(Project project, Path root, SortedSet<String> files)
      throws IOException {
    for (String source : project.graph().sources()) {
      Path place = root.resolve(source);
      if (Files.isDirectory(place)) {
        try (Stream<Path> all = Files.walk(place)) {
          all.filter(Files::isRegularFile)
              .forEach(file -> files.add(root.relativize(file).toString()));
        }
      } else if (Files.isRegularFile(place)) {
        files.add(source);
      }
    }
  }

  /** What stages make comes from the store: the node restores or makes it. */
  private static void dropOutputs(List<Output> outputs, SortedSet<String> files) {
    for (Output output : outputs) {
      if (output.cache()) {
        files.remove(output.path());
        files.removeIf(path -> path.startsWith(output.path() + "/"));
      }
    }
  }

  private static void shareResults(Invocation invocation, Project project, CloudScope scope)
      throws IOException {
    if (!Files.exists(project.root().resolve("pipeline.lock"))) {
      return;
    }
    Sharing.Result<PushReport> pushed = new Sharing(project, scope.remotes()::get).push(List.of());
    if (!pushed.lacking().isEmpty()) {
      invocation.note(
          pushed.lacking().size() + " results are not here; the node fetches or makes them");
    }
  }
}
