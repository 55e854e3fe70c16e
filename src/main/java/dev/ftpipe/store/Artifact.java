package dev.ftpipe.store;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.ftpipe.base.Digest;
import java.util.Locale;

/**
 * A file or folder as content alone, without its path or times.
 *
 * @param digest of the file's bytes, or of the {@link Tree} of a folder
 * @param size bytes of the file, or of all files of the folder
 */
@JsonPropertyOrder({"kind", "digest", "size"})
public record Artifact(Kind kind, Digest digest, long size) {
  /** What the content stands for in a work tree. */
  public enum Kind {
    FILE,
    /** A file with the execute bit of its owner. */
    EXECUTABLE,
    TREE;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Artifact {
    requireNonNull(kind, "kind is null");
    requireNonNull(digest, "digest is null");
    if (size < 0) {
      throw new IllegalArgumentException("size is negative: " + size);
    }
  }
}
