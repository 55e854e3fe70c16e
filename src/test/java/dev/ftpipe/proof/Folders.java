package dev.ftpipe.proof;

import dev.ftpipe.base.Digest;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What lies in a folder, read without any part of the program under test but SHA-256. */
final class Folders {
  private Folders() {}

  /** Path to "size digest" and {@code x} of every file below; empty when there is no folder. */
  static NavigableMap<String, String> content(Path folder) throws IOException {
    NavigableMap<String, String> content = new TreeMap<>();
    if (!Files.exists(folder)) {
      return content;
    }
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        if (Files.isRegularFile(each)) {
          content.put(
              folder.relativize(each).toString(),
              Files.size(each)
                  + " "
                  + Digest.ofFile(each).hex()
                  + (Files.isExecutable(each) && isMarkedExecutable(each) ? " x" : ""));
        }
      }
    }
    return content;
  }

  // For root every file with any execute bit is executable; the owner's bit is what counts.
  private static boolean isMarkedExecutable(Path file) throws IOException {
    return Files.getPosixFilePermissions(file)
        .contains(java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE);
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Path target = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target);
        }
      }
    }
  }
}
