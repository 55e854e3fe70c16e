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
  private final List<String> changed = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private Optional<LockFile> run = Optional.empty();
  private int unchanged;

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
   * This checkout, of a run: its lock file becomes the project's, and outputs that the pipeline
   * does not cache are put in place as well, as far as they are here.
   */
  Checkout ofRun(LockFile lock) {
    run = Optional.of(lock);
    return this;
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

  /** Does it for the outputs of these targets; of all stages, and all sources, for none. */
  public Result run(List<String> targets) throws IOException {
    project.folders().prepare();
    try (WorkspaceLock held = WorkspaceLock.take(project.folders().workspaceLock())) {
      Orphans.endAfter(held, project.root(), project::note);
      if (run.isPresent()) {
        project.reloadLock();
        project.adopt(run.get());
        project.writeLock();
      }
      Selection selected = Selection.of(project, targets);
      for (var source : selected.sources().entrySet()) {
        put(
            source.getKey(),
            source.getValue().content(),
            project.workTree().measure(source.getKey()));
      }
      for (Stage stage : selected.stages()) {
        Optional<LockFile.Entry> entry = project.last(stage);
        for (Output output : stage.outs()) {
          Artifact wanted = entry.map(known -> known.outputs().get(output.path())).orElse(null);
          boolean meant =
              output.cache() || (run.isPresent() && wanted != null && project.isKept(wanted));
          if (wanted != null && meant) {
            put(output.path(), wanted, project.inPlace(output));
          }
        }
      }
    } finally {
      project.saveIndex();
    }
    return new Result(changed, unchanged, problems);
  }

  private void put(String path, Artifact wanted, Optional<Artifact> there) throws IOException {
    if (there.equals(Optional.of(wanted))) {
      unchanged++;
    } else if (wouldLose(there)) {
      problems.add(
          path + ": what is there is in no cache; -f overwrites it, ftpipe repro may keep it");
    } else if (project.workTree().restorable(wanted) && project.workTree().restore(path, wanted)) {
      changed.add(path);
    } else {
      problems.add(
          path + ": not all of it is in the cache; ftpipe pull fetches it, ftpipe repro makes it");
    }
  }

  private boolean wouldLose(Optional<Artifact> there) throws IOException {
    return !force && there.isPresent() && !project.workTree().restorable(there.get());
  }
}
