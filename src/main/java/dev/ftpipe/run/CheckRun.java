package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Reproducible;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.CheckResult.Verdict;
import dev.ftpipe.run.check.ContentDifference;
import dev.ftpipe.run.check.MetricsDifference;
import dev.ftpipe.run.sandbox.Sandbox;
import dev.ftpipe.run.tree.WorkTree;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of one stage in a folder of its own, and how it compares with the lock file. */
final class CheckRun {
  private final Project project;
  private final Stage stage;
  private final LockedStage locked;
  private final Map<String, Path> inputs;
  private final LockedContent content;

  /**
   * A run that has not begun.
   *
   * @param inputs where the content is that the lock file names, by path
   */
  CheckRun(Project project, LockedStage locked, Map<String, Path> inputs, LockedContent content) {
    this.project = project;
    this.stage = locked.stage();
    this.locked = locked;
    this.inputs = inputs;
    this.content = content;
  }

  /** Runs the stage in a folder that does not exist yet and is gone afterwards. */
  CheckResult run(Path folder, StageExecution execution, StageLog log)
      throws IOException, InterruptedException {
    try (Sandbox sandbox = Sandbox.make(folder, project.root(), stage.env())) {
      if (stage.action() instanceof Action.Shell shell) {
        List<String> hidden =
            new SandboxInputs(project.root(), sandbox.tree()).place(stage, this::copy);
        new SandboxedCommand(sandbox, stage, shell, hidden).run(sandbox.tree(), execution, log);
      } else {
        link(sandbox.tree());
        execution.run(stage, sandbox.tree(), folder.resolve("scratch"), folder, log);
      }
      log.close();
      return compare(sandbox.tree());
    }
  }

  private void copy(String path, Path target) throws IOException {
    Path from = input(path);
    Path root = from.startsWith(project.root()) ? project.root() : from;
    SandboxInputs.copy(root, from, target);
  }

  // A built-in does not write to its inputs: it can read them where they are.
  private void link(Path tree) throws IOException {
    for (String path : stage.deps()) {
      Path link = tree.resolve(path);
      if (!Files.exists(link)) {
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, input(path));
      }
    }
    for (Output output : stage.outs()) {
      Files.createDirectories(tree.resolve(output.path()).getParent());
    }
  }

  private Path input(String path) {
    Path found = inputs.get(path);
    if (found == null) {
      throw new IllegalArgumentException("not an input: " + path);
    }
    return found;
  }

  private CheckResult compare(Path tree) throws IOException {
    WorkTree made = project.treeIn(tree);
    Map<Output, Artifact> different = new LinkedHashMap<>();
    for (Output output : stage.outs()) {
      Artifact now =
          made.measure(output.path())
              .orElseThrow(
                  () ->
                      FtpipeException.pipeline(
                          "it ended without writing its output " + output.path()));
      if (!now.equals(before(output))) {
        different.put(output, now);
      }
    }
    Optional<String> changed = changedInput();
    if (changed.isPresent()) {
      return result(Verdict.NOT_CHECKED, "input " + changed.get() + " changed while it ran");
    }
    if (different.isEmpty()) {
      content.keep(stage, tree);
      return result(Verdict.REPRODUCED, "");
    }
    return stage.reproducible() instanceof Reproducible.Metrics metrics
        ? compareMetrics(metrics, tree)
        : result(Verdict.DIFFERS, differences(different, tree));
  }

  private CheckResult result(Verdict verdict, String detail) {
    return CheckResult.of(stage.name(), verdict, detail);
  }

  private Artifact before(Output output) {
    Artifact before = locked.entry().outputs().get(output.path());
    if (before == null) {
      throw FtpipeException.usage(
          LockFile.NAME + " names no content of " + output.path() + "; run ftpipe repro");
    }
    return before;
  }

  private Optional<String> changedInput() throws IOException {
    for (String path : stage.deps()) {
      Artifact wanted = locked.inputs().get(path);
      if (wanted != null && !content.find(path, wanted).equals(Optional.of(input(path)))) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private String differences(Map<Output, Artifact> different, Path tree) throws IOException {
    List<String> lines = new ArrayList<>();
    for (var each : different.entrySet()) {
      Output output = each.getKey();
      Optional<Path> beforeAt = content.find(output.path(), before(output));
      ContentDifference difference =
          new ContentDifference(output.path(), folder -> WorkTree.filesOf(folder, project.root()));
      lines.add(
          difference.describe(
              before(output), beforeAt, each.getValue(), tree.resolve(output.path())));
    }
    return String.join("; ", lines);
  }

  private CheckResult compareMetrics(Reproducible.Metrics demanded, Path tree) throws IOException {
    List<Path> before = new ArrayList<>();
    List<Path> now = new ArrayList<>();
    for (Output output : stage.outs()) {
      if (output.role() == Output.Role.METRIC) {
        now.add(tree.resolve(output.path()));
        Optional<Path> old = content.find(output.path(), before(output));
        if (old.isEmpty()) {
          return result(
              Verdict.NOT_CHECKED,
              "its bytes differ, and the metrics to compare with ("
                  + output.path()
                  + ") are neither in the work tree nor in the cache");
        }
        before.add(old.get());
      }
    }
    MetricsDifference.Outcome outcome =
        MetricsDifference.between(before, now, demanded.tolerances());
    return outcome.within()
        ? result(Verdict.REPRODUCED, "within its tolerance: " + outcome.text())
        : result(Verdict.DIFFERS, outcome.text());
  }
}
