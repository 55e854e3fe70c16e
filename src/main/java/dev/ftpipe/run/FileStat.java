package dev.ftpipe.run;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a file looks like without being read.
 *
 * @param modified nanoseconds since 1970
 * @param size bytes
 */
record FileStat(long inode, long modified, long size, boolean regular, boolean executable) {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  // Kernels stamp files with a clock that steps 100 to 1000 times a second.
  private static final long FINE_STEP = TimeUnit.MILLISECONDS.toNanos(20);
  // FAT counts in 2 seconds, older file systems in 1.
  private static final long COARSE_STEP = 2 * SECOND + FINE_STEP;
  private static final int OWNER_EXECUTES = 0100;

  static FileStat of(Path file) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(file, "unix:ino,lastModifiedTime,size,mode,isRegularFile");
    return new FileStat(
        get(attributes, "ino", Long.class),
        get(attributes, "lastModifiedTime", FileTime.class).to(TimeUnit.NANOSECONDS),
        get(attributes, "size", Long.class),
        get(attributes, "isRegularFile", Boolean.class),
        (get(attributes, "mode", Integer.class) & OWNER_EXECUTES) != 0);
  }

  private static <T> T get(Map<String, Object> attributes, String name, Class<T> type) {
    return type.cast(requireNonNull(attributes.get(name), name + " is null"));
  }

  /**
   * The moment from which on a write to the file shows in its time: a file read before that can be
   * written again within the same step of the clock, and look the same (git calls it racy).
   */
  long settledAt() {
    return modified + (modified % SECOND == 0 ? COARSE_STEP : FINE_STEP);
  }

  /** Waiting for {@link #settledAt} takes a moment only. */
  boolean settlesSoon() {
    return modified % SECOND != 0;
  }

  static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * SECOND + now.getNano();
  }
}
