package dev.ftpipe.cloud;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Digests of files that look as they did. A file that was written just before it was read is not
 * remembered: it could be written again and look the same.
 */
public final class SnapshotIndex {
  private static final long UNSETTLED = TimeUnit.SECONDS.toNanos(3);

  private final Map<String, String> before = new HashMap<>();
  private final StringBuilder after = new StringBuilder();
  private final long begun = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());

  /** What a file looks like without being read. */
  record Look(long size, long modified, String key, boolean executable) {
    static Look of(Path file) throws IOException {
      PosixFileAttributes is = Files.readAttributes(file, PosixFileAttributes.class);
      return new Look(
          is.size(),
          is.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          Objects.toString(is.fileKey()),
          is.permissions().contains(PosixFilePermission.OWNER_EXECUTE));
    }

    private String text() {
      return size + " " + modified + " " + key;
    }
  }

  /** The index in a file, or an empty one. */
  public static SnapshotIndex read(Path file) throws IOException {
    SnapshotIndex index = new SnapshotIndex();
    if (Files.exists(file)) {
      for (String entry : Files.readString(file).split("\0", 0)) {
        int tab = entry.indexOf('\t');
        if (tab > 0) {
          index.before.put(entry.substring(tab + 1), entry.substring(0, tab));
        }
      }
    }
    return index;
  }

  Optional<Digest> find(String path, Look look) {
    String known = before.get(path);
    return known != null && known.length() > 65 && known.substring(65).equals(look.text())
        ? Optional.of(new Digest(known.substring(0, 64)))
        : Optional.empty();
  }

  void keep(String path, Look look, Digest digest) {
    if (look.modified() < begun - UNSETTLED) {
      after.append(digest.hex()).append(' ').append(look.text());
      after.append('\t').append(path).append('\0');
    }
  }

  /** Writes what was kept since. */
  public void write(Path file) throws IOException {
    AtomicFiles.writeUnsynced(file, after.toString().getBytes(StandardCharsets.UTF_8));
  }
}
