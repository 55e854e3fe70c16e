package dev.ftpipe.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.jspecify.annotations.Nullable;

/** A file of patterns as in {@code .gitignore}, whatever its name. */
public final class IgnoreFile {
  /** What a file of rules says of a path. */
  public enum Answer {
    IGNORED,
    KEPT,
    NOTHING
  }

  private final Path folder;
  private final IgnoreNode rules = new IgnoreNode();

  private IgnoreFile(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads a file of rules.
   *
   * @param folder which the patterns start from
   * @param file without rules if it is not there
   */
  public static IgnoreFile read(Path folder, Path file) throws IOException {
    IgnoreFile level = new IgnoreFile(folder);
    if (Files.isRegularFile(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        level.rules.parse(file.toString(), in);
      }
    }
    return level;
  }

  /** What the last pattern that fits says of a place below the folder. */
  public Answer says(Path place, boolean isFolder) {
    @Nullable Boolean ignored = rules.checkIgnored(folder.relativize(place).toString(), isFolder);
    if (ignored == null) {
      return Answer.NOTHING;
    }
    return ignored ? Answer.IGNORED : Answer.KEPT;
  }
}
