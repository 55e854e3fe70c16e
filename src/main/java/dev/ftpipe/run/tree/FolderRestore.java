package dev.ftpipe.run.tree;

import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.TreeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Writes the files of a tree into an empty folder, on all cores. */
final class FolderRestore {
  private static final int PART_BYTES = 1 << 15;

  private final Path place;
  private final ContentStore content;
  private final Set<String> made = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean missing = new AtomicBoolean();

  FolderRestore(Path place, ContentStore content) {
    this.place = place;
    this.content = content;
  }

  /** False when a file of the tree is absent from the store, or damaged there. */
  boolean restore(byte[] tree) throws IOException {
    List<TreeReader> parts = TreeReader.parts(tree, PART_BYTES);
    Parallel.ranges(
        parts.size(),
        1,
        (from, to) -> {
          for (TreeReader part : parts.subList(from, to)) {
            while (!missing.get() && part.next()) {
              restore(part);
            }
          }
        });
    return !missing.get();
  }

  private void restore(TreeReader file) throws IOException {
    String path = file.path();
    int slash = path.lastIndexOf('/');
    if (slash > 0 && !made.contains(path.substring(0, slash))) {
      Files.createDirectories(place.resolve(path.substring(0, slash)));
      made.add(path.substring(0, slash));
    }
    Path target = place.resolve(path);
    if (!TrackedFiles.restore(content, file.digest(), file.size(), file.executable(), target)) {
      missing.set(true);
    }
  }
}
