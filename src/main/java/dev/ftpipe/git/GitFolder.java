package dev.ftpipe.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A project's folder and the work tree that it lies in, found without a library.
 *
 * @param top the folder with {@code .git}
 * @param project in it, or the same
 */
record GitFolder(Path top, Path project) {
  /** The nearest work tree, upwards; empty when there is none. */
  static Optional<GitFolder> around(Path folder) throws IOException {
    Path real = folder.toRealPath();
    for (@Nullable Path each = real; each != null; each = each.getParent()) {
      if (Files.exists(each.resolve(".git"))) {
        return Optional.of(new GitFolder(each, real));
      }
    }
    return Optional.empty();
  }

  /** A path of git's, which starts at the top, as seen from the project. */
  String fromProject(String path) {
    return project.relativize(top.resolve(path)).toString().replace('\\', '/');
  }
}
