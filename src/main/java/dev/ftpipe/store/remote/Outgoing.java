package dev.ftpipe.store.remote;

import dev.ftpipe.base.IoProblem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Files for packs on their way; each bears the number of its process, so that none is left. */
final class Outgoing {
  private final Path folder;

  Outgoing(Path folder) {
    this.folder = folder;
  }

  WholeSends wholeSends() {
    return new WholeSends(folder.resolve("whole"));
  }

  /** A new name; what processes that are no more have left is removed. */
  Path next() {
    clean();
    return folder.resolve(ProcessHandle.current().pid() + "-" + UUID.randomUUID() + ".pack");
  }

  /** Removes what processes that are no more have left. */
  void clean() {
    try {
      Files.createDirectories(folder);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*-*.pack")) {
        for (Path file : files) {
          if (!isOfLivingProcess(file)) {
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (IOException e) {
      throw IoProblem.writing(folder, e);
    }
  }

  private static boolean isOfLivingProcess(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      return ProcessHandle.of(Long.parseLong(name.substring(0, name.indexOf('-')))).isPresent();
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
