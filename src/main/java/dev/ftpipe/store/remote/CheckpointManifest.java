package dev.ftpipe.store.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of a checkpoint: JSON in one line, and the digest of that line in the next, so that a
 * damaged one is found.
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

  byte[] toBytes() {
    try {
      String line = Json.mapper().writeValueAsString(this);
      return (line + "\n" + Digest.of(line).hex() + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest is JSON", e);
    }
  }

  /** Empty when the bytes are not those that were written. */
  static Optional<CheckpointManifest> parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf('\n');
    if (end < 0
        || !text.substring(end + 1).equals(Digest.of(text.substring(0, end)).hex() + "\n")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.mapper().readValue(text.substring(0, end), CheckpointManifest.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
