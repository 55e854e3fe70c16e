package dev.ftpipe.git;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The files of a project that git would take. */
public final class WorkFiles {
  private static final Set<String> NEVER = Set.of(".git", ".ftpipe", ".dvc");

  private WorkFiles() {}

  /**
   * Tracked files, and untracked ones that are not ignored; all of them where there is no git.
   * Paths relative to {@code root}, sorted; only regular files that are there.
   */
  public static SortedSet<String> of(Path root) throws IOException {
    TreeSet<String> files = new TreeSet<>();
    Optional<List<String>> listed =
        GitFolder.around(root).isPresent() ? listed(root) : Optional.empty();
    if (listed.isPresent()) {
      files.addAll(listed.get());
    } else {
      walk(root, files);
    }
    files.removeIf(path -> !Files.isRegularFile(root.resolve(path)));
    return files;
  }

  // Without an answer there is nobody to say what is ignored.
  private static Optional<List<String>> listed(Path root) {
    try {
      return new GitCommand(root, "ls-files", "-z", "-co", "--exclude-standard").answer();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static void walk(Path root, Set<String> files) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NEVER.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(root.relativize(file).toString());
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
