package dev.ftpipe.run.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How the files of a folder look, without being read. The time of the last change of the inode
 * ({@code ctime}) cannot be set back by a command, so a write never goes unnoticed.
 *
 * @param files path relative to the folder, links not followed, to what changes with a write
 */
record Snapshot(Map<String, String> files) {
  static Snapshot of(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Object changed = Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            files.put(
                folder.relativize(file).toString(),
                attributes.size() + " " + attributes.fileKey() + " " + changed);
            return FileVisitResult.CONTINUE;
          }
        });
    return new Snapshot(files);
  }

  boolean has(String path) {
    return files.containsKey(path);
  }

  /** Whether the file looks the same in both. */
  boolean same(Snapshot other, String path) {
    return Objects.equals(files.get(path), other.files.get(path));
  }
}
