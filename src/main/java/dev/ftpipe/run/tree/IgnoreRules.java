package dev.ftpipe.run.tree;

import dev.ftpipe.git.IgnoreFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What {@code .ftpipeignore} and {@code .dvcignore} keep out of folders: patterns as in {@code
 * .gitignore}, from the root of the project down, the deepest file that says something about a path
 * decides. Such a file counts for nothing itself.
 */
final class IgnoreRules {
  /** The names of the files with rules, the second of which wins over the first. */
  static final Set<String> FILES = Set.of(".dvcignore", ".ftpipeignore");

  private final List<IgnoreFile> levels;

  private IgnoreRules(List<IgnoreFile> levels) {
    this.levels = levels;
  }

  /** The rules of the folders from the root to the one around {@code folder}. */
  static IgnoreRules around(Path root, Path folder) throws IOException {
    IgnoreRules rules = new IgnoreRules(List.of());
    if (!folder.startsWith(root)) {
      return rules;
    }
    Path at = root;
    for (Path name : root.relativize(folder)) {
      if (!at.equals(folder)) {
        rules = rules.and(at);
      }
      at = at.resolve(name);
    }
    return rules;
  }

  /** These rules and those of a folder below. */
  IgnoreRules and(Path folder) throws IOException {
    Path dvc = folder.resolve(".dvcignore");
    Path own = folder.resolve(".ftpipeignore");
    if (!Files.exists(dvc) && !Files.exists(own)) {
      return this;
    }
    List<IgnoreFile> deeper = new ArrayList<>(levels);
    deeper.add(IgnoreFile.read(folder, dvc));
    deeper.add(IgnoreFile.read(folder, own));
    return new IgnoreRules(deeper);
  }

  boolean any() {
    return !levels.isEmpty();
  }

  boolean ignores(Path place, boolean isFolder) {
    for (int i = levels.size() - 1; i >= 0; i--) {
      switch (levels.get(i).says(place, isFolder)) {
        case IGNORED -> {
          return true;
        }
        case KEPT -> {
          return false;
        }
        case NOTHING -> {}
      }
    }
    return false;
  }
}
