package dev.ftpipe.run;

import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts what the lock file names into the work tree, out of the cache. */
public final class Checkout {
  private final Project project;
  private final boolean force;

  /**
   * A checkout.
   *
   * @param force also over files that no cache has
   */
  public Checkout(Project project, boolean force) {
    this.project = project;
    this.force = force;
  }

  /**
   * What a checkout did.
   *
   * @param changed paths that were put in place
   * @param unchanged how many were as they should be
   * @param problems what could not be put in place, and why
   */
  public record Result(List<String> changed, int unchanged, List<String> problems) {
    public Result {
      changed = List.copyOf(changed);
      problems = List.copyOf(problems);
    }
  }

  /** Does it for the outputs of these targets; of all stages when there are none. */
  public Result run(List<String> targets) throws IOException {
    List<String> changed = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    int unchanged = 0;
    project.prepare();
    try (WorkspaceLock held = WorkspaceLock.take(project.workspaceLock())) {
      Orphans.endAfter(held, project.root(), project::note);
      for (Stage stage : project.graph().select(targets, true, false)) {
        Optional<LockFile.Entry> entry = project.last(stage);
        for (Output output : stage.outs()) {
          Artifact wanted = entry.map(known -> known.outputs().get(output.path())).orElse(null);
          if (wanted == null || !output.cache()) {
            continue;
          }
          Optional<Artifact> there = project.inPlace(output);
          if (there.equals(Optional.of(wanted))) {
            unchanged++;
          } else if (wouldLose(there)) {
            problems.add(
                output.path()
                    + ": what is there is in no cache; -f overwrites it, ftpipe repro may keep it");
          } else if (project.workTree().restorable(wanted)
              && project.workTree().restore(output.path(), wanted)) {
            changed.add(output.path());
          } else {
            problems.add(
                output.path()
                    + ": not all of it is in the cache; ftpipe pull fetches it, ftpipe repro makes"
                    + " it");
          }
        }
      }
    } finally {
      project.saveIndex();
    }
    return new Result(changed, unchanged, problems);
  }

  private boolean wouldLose(Optional<Artifact> there) throws IOException {
    return !force && there.isPresent() && !project.workTree().restorable(there.get());
  }
}
