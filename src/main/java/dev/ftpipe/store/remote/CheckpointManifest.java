package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a checkpoint.
 *
 * @param position how far the stage was
 */
record CheckpointManifest(long position, List<Entry> files) {
  /**
   * A file.
   *
   * @param path below the folder that the stage keeps its state in, with {@code /}
   * @param size in bytes
   */
  record Entry(String path, long size, Digest digest) {
    /** Whether the path leads to a place below the folder. */
    boolean isBelow(Path folder) {
      Path place = folder.resolve(path).normalize();
      return place.startsWith(folder) && !place.equals(folder);
    }
  }

  CheckpointManifest {
    files = List.copyOf(files);
  }
}
