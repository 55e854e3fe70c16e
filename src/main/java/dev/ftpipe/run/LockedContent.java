package dev.ftpipe.run;

import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.tree.WorkTree;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the content that the lock file names: in the work tree where that is right, among what this
 * check made already, or in the cache. What is not in the work tree is put into a tree of its own,
 * as a whole output; a stage that reads a part of it finds the part. Safe for several threads.
 */
final class LockedContent {
  private final Project project;
  private final WorkTree tree;
  private final Path instead;
  private final Map<String, Artifact> named = new HashMap<>();

  /**
   * Content of a lock file.
   *
   * @param tree where it is put, empty at first
   * @param instead for what comes in its place
   */
  LockedContent(Project project, LockFile lock, WorkTree tree, Path instead) {
    this.project = project;
    this.instead = instead;
    this.tree = tree;
    named.putAll(lock.contents());
  }

  /** What the lock file says that a stage made at exactly this path, or which source is there. */
  Optional<Artifact> named(String path) {
    return Optional.ofNullable(named.get(path));
  }

  /** A file or folder that has this content; its bytes are not to be changed. */
  synchronized Optional<Path> find(String path, Artifact wanted) throws IOException {
    if (isIn(project.workTree(), path, wanted)) {
      return Optional.of(project.workTree().resolve(path));
    }
    if (!isIn(tree, path, wanted)) {
      restoreAround(path);
      if (!isIn(tree, path, wanted)) {
        return Optional.empty();
      }
    }
    return Optional.of(tree.resolve(path));
  }

  boolean isInWorkTree(String path, Artifact wanted) throws IOException {
    return isIn(project.workTree(), path, wanted);
  }

  private static boolean isIn(WorkTree place, String path, Artifact wanted) throws IOException {
    return place.measure(path).filter(found -> same(found, wanted)).isPresent();
  }

  /** Equal but for the size, which the ingredients of a key leave out. */
  static boolean same(Artifact one, Artifact other) {
    return one.digest().equals(other.digest()) && one.kind() == other.kind();
  }

  /** Puts what the path names, lies in or has in it there, out of the cache. */
  private void restoreAround(String path) throws IOException {
    for (var entry : named.entrySet()) {
      String each = entry.getKey();
      boolean related =
          each.equals(path) || each.startsWith(path + "/") || path.startsWith(each + "/");
      if (related && !Files.exists(tree.resolve(each))) {
        tree.restore(each, entry.getValue());
      }
    }
  }

  /**
   * What this check made in the place of content that is not to be had, and who did; a stage that
   * reads it is not compared with what it made of the original.
   */
  synchronized Optional<CheckInput> inPlace(String path) {
    Path place = instead.resolve(path);
    return Files.exists(place)
        ? project
            .graph()
            .producer(path)
            .map(maker -> new CheckInput(place, Optional.of(maker.name())))
        : Optional.empty();
  }

  /** Keeps outputs that are near enough to those that the lock file names, but not the same. */
  synchronized void keepInPlace(Stage stage, Path made) throws IOException {
    for (Output output : stage.outs()) {
      move(made.resolve(output.path()), instead.resolve(output.path()));
    }
  }

  private static void move(Path from, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Files.move(from, target);
  }

  /**
   * Keeps the outputs of a stage that reproduced, for the stages after it, where they are not to be
   * had elsewhere.
   *
   * @param made the folder in which the stage ran
   */
  synchronized void keep(Stage stage, Path made) throws IOException {
    for (Output output : stage.outs()) {
      Artifact artifact = named.get(output.path());
      if (artifact != null
          && !isIn(project.workTree(), output.path(), artifact)
          && !project.workTree().restorable(artifact)
          && !Files.exists(tree.resolve(output.path()))) {
        move(made.resolve(output.path()), tree.resolve(output.path()));
      }
    }
  }
}
