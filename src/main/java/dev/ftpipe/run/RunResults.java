package dev.ftpipe.run;

import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.tree.WorkTree;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a run left: the content that its lock file names, all stages together. */
public final class RunResults {
  /** Outputs that are not cached are kept with a run when they are as small as metrics are. */
  private static final long SMALL = 1 << 20;

  private final LockFile lock;

  private RunResults(LockFile lock) {
    this.lock = lock;
  }

  /**
   * The results of a run.
   *
   * @param lock its lock file
   */
  public static RunResults of(byte[] lock) throws IOException {
    return new RunResults(LockFile.parse(lock));
  }

  LockFile lock() {
    return lock;
  }

  /** Every output by its path. */
  Map<String, Artifact> outputs() {
    Map<String, Artifact> outputs = new TreeMap<>();
    lock.stages().values().forEach(stage -> outputs.putAll(stage.outputs()));
    return outputs;
  }

  /** Keeps small outputs that the pipeline does not cache, such as metrics that git has. */
  public static void keepUncached(Project project) throws IOException {
    for (Stage stage : project.graph().stages()) {
      Optional<LockFile.Entry> last = project.last(stage);
      if (last.isPresent()) {
        keepUncached(project, stage, last.get().outputs());
      }
    }
  }

  /** As {@link #keepUncached(Project)}, of one stage that has made these. */
  static void keepUncached(Project project, Stage stage, Map<String, Artifact> outputs)
      throws IOException {
    for (Output output : stage.outs()) {
      Artifact made = outputs.get(output.path());
      if (made != null
          && !output.cache()
          && made.size() <= SMALL
          && !project.isKept(made)
          && project.inPlace(output).equals(Optional.of(made))) {
        project.workTree().keep(output.path());
      }
    }
  }

  /**
   * Makes the run's lock file that of the project, and puts its outputs in place.
   *
   * @param force also over files that are in no cache
   */
  public Checkout.Result place(Project project, boolean force) throws IOException {
    return new Checkout(project, force).ofRun(lock).run(List.of());
  }

  /** Puts the outputs and the lock file into a folder of their own. */
  public Checkout.Result export(Project project, Path folder) throws IOException {
    WorkTree tree = project.treeIn(folder);
    List<String> placed = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (var output : outputs().entrySet()) {
      if (tree.restore(output.getKey(), output.getValue())) {
        placed.add(output.getKey());
      } else {
        problems.add(output.getKey() + ": not all of it is in the cache");
      }
    }
    Files.createDirectories(folder);
    lock.write(folder.resolve(LockFile.NAME));
    return new Checkout.Result(placed, 0, problems);
  }
}
