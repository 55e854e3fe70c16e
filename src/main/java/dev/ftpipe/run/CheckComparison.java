package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Reproducible;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.CheckResult.Verdict;
import dev.ftpipe.run.check.ContentDifference;
import dev.ftpipe.run.check.MetricsDifference;
import dev.ftpipe.run.tree.WorkTree;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a stage made again, against the lock file. */
final class CheckComparison {
  private final Project project;
  private final Stage stage;
  private final LockedStage locked;
  private final Map<String, CheckInput> inputs;
  private final LockedContent content;

  CheckComparison(
      Project project, LockedStage locked, Map<String, CheckInput> inputs, LockedContent content) {
    this.project = project;
    this.stage = locked.stage();
    this.locked = locked;
    this.inputs = inputs;
    this.content = content;
  }

  /**
   * Compares; outputs that a later stage may need are taken out of the tree.
   *
   * @param tree the folder in which the stage ran
   */
  CheckResult of(Path tree) throws IOException {
    Map<Output, Artifact> different = different(tree);
    Optional<String> changed = changedInput();
    if (changed.isPresent()) {
      return result(Verdict.NOT_CHECKED, "input " + changed.get() + " changed while it ran");
    }
    if (different.isEmpty()) {
      content.keep(stage, tree);
      return result(Verdict.REPRODUCED, "");
    }
    if (stage.reproducible() instanceof Reproducible.Metrics demanded) {
      CheckResult result = ofMetrics(demanded, tree);
      if (result.verdict() == Verdict.REPRODUCED) {
        content.keepInPlace(stage, tree);
      }
      return result;
    }
    Optional<String> near = nearInput();
    if (near.isPresent()) {
      content.keepInPlace(stage, tree);
      return result(Verdict.NOT_CHECKED, near.get());
    }
    return result(Verdict.DIFFERS, differences(different, tree));
  }

  private CheckResult result(Verdict verdict, String detail) {
    return CheckResult.of(stage.name(), verdict, detail);
  }

  private Map<Output, Artifact> different(Path tree) throws IOException {
    WorkTree made = project.treeIn(tree);
    Map<Output, Artifact> different = new LinkedHashMap<>();
    for (Output output : stage.outs()) {
      Optional<Artifact> now = made.measure(output.path());
      if (now.isEmpty()) {
        throw FtpipeException.pipeline("it ended without writing its output " + output.path());
      }
      if (!now.get().equals(before(output))) {
        different.put(output, now.get());
      }
    }
    return different;
  }

  private Artifact before(Output output) {
    Artifact before = locked.entry().outputs().get(output.path());
    if (before == null) {
      throw FtpipeException.usage(
          LockFile.NAME + " names no content of " + output.path() + "; run ftpipe repro");
    }
    return before;
  }

  // Somebody may work in the project meanwhile.
  private Optional<String> changedInput() throws IOException {
    for (var input : inputs.entrySet()) {
      String path = input.getKey();
      Artifact wanted = locked.inputs().get(path);
      if (input.getValue().at().equals(project.workTree().resolve(path))
          && wanted != null
          && !content.isInWorkTree(path, wanted)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private Optional<String> nearInput() {
    for (var input : inputs.entrySet()) {
      if (input.getValue().madeBy().isPresent()) {
        return Optional.of(
            "it ran to its end, but from "
                + input.getKey()
                + " as "
                + input.getValue().madeBy().get()
                + " made it here; the bytes that "
                + LockFile.NAME
                + " names are neither in the work tree nor in the cache");
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

  private CheckResult ofMetrics(Reproducible.Metrics demanded, Path tree) throws IOException {
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
