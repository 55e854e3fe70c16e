package dev.ftpipe.store.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names for unfinished files. A lock of their process tells the living from the dead, also where
 * processes of several machines or containers share a cache; what the dead left is removed.
 */
final class TemporaryFiles {
  private final StoreLayout layout;
  private @Nullable FileOwnership ownership;
  private String prefix = "";
  private int count;

  TemporaryFiles(StoreLayout layout) {
    this.layout = layout;
  }

  /** A path in an existing folder where no file is. */
  synchronized Path next() throws IOException {
    if (ownership == null) {
      Files.createDirectories(layout.temporary());
      clean();
      ownership = begin();
    }
    return layout.temporary().resolve(prefix + "-" + count++ + ".tmp");
  }

  private FileOwnership begin() throws IOException {
    while (true) {
      prefix = UUID.randomUUID().toString();
      Path lock = lock(prefix);
      Optional<FileOwnership> taken = FileOwnership.take(lock);
      // Otherwise another process took the new file for one that was left behind.
      if (taken.isPresent() && Files.exists(lock)) {
        return taken.get();
      }
      if (taken.isPresent()) {
        taken.get().close();
      }
    }
  }

  private Path lock(String name) {
    return layout.temporary().resolve(name + StoreLayout.LOCK);
  }

  /** Removes what the dead left. */
  void clean() throws IOException {
    if (!Files.isDirectory(layout.temporary())) {
      return;
    }
    try (DirectoryStream<Path> locks =
        Files.newDirectoryStream(layout.temporary(), "*" + StoreLayout.LOCK)) {
      for (Path lock : locks) {
        Optional<FileOwnership> dead = FileOwnership.take(lock);
        if (dead.isPresent()) {
          String file = String.valueOf(lock.getFileName());
          remove(file.substring(0, file.length() - StoreLayout.LOCK.length()));
          dead.get().abandon();
        }
      }
    }
  }

  private void remove(String name) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(layout.temporary(), name + "-*.tmp")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  synchronized void release() throws IOException {
    if (ownership != null) {
      ownership.abandon();
      ownership = null;
    }
  }
}
