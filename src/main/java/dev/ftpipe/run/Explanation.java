package dev.ftpipe.run;

import dev.ftpipe.base.Digest;
import dev.ftpipe.run.tree.FolderChanges;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the files that make a folder another one than a stage last saw. */
final class Explanation {
  private record Step(Digest before, Digest after) {}

  private final Project project;
  // Many stages may read the same folder.
  private final Map<Step, FolderChanges> known = new HashMap<>();

  Explanation(Project project) {
    this.project = project;
  }

  /** The same assessment; its changes of folders name files, as far as they can be known. */
  Assessment of(Assessment assessment) throws IOException {
    Optional<LockFile.Entry> last = project.last(assessment.stage());
    if (last.isEmpty()) {
      return assessment;
    }
    List<Change> changes = new ArrayList<>();
    for (Change change : assessment.changes()) {
      changes.add(explained(change, last.get(), assessment));
    }
    return assessment.because(changes);
  }

  private Change explained(Change change, LockFile.Entry last, Assessment assessment)
      throws IOException {
    Optional<Digest> before = Optional.empty();
    Optional<Artifact> now = Optional.empty();
    if (change.kind().equals("input")) {
      before = last.ingredients().inputFolder(change.name());
      now = Optional.ofNullable(assessment.inputs().get(change.name()));
    } else if (change.kind().equals("output") && last.outputs().containsKey(change.name())) {
      before =
          Optional.of(last.outputs().get(change.name()))
              .filter(Explanation::isTree)
              .map(Artifact::digest);
      now = project.workTree().measure(change.name());
    }
    if (before.isEmpty() || now.filter(Explanation::isTree).isEmpty()) {
      return change;
    }
    Step step = new Step(before.get(), now.get().digest());
    FolderChanges files = known.get(step);
    if (files == null) {
      files = project.workTree().changes(before.get(), change.name(), now.get());
      known.put(step, files);
    }
    return change.in(files);
  }

  private static boolean isTree(Artifact artifact) {
    return artifact.kind() == Artifact.Kind.TREE;
  }
}
