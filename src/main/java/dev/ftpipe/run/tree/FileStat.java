package dev.ftpipe.run.tree;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * What a file looks like without being read.
 *
 * @param inode 32 bits that change when another file takes the place of this one
 * @param modified nanoseconds since 1970
 * @param size bytes
 */
record FileStat(int inode, long modified, long size, Kind kind) {
  /** What is in a place. */
  enum Kind {
    FILE('-'),
    EXECUTABLE('x'),
    FOLDER('/'),
    OTHER('?');

    private final char code;

    Kind(char code) {
      this.code = code;
    }

    /** Tells kinds apart in a fingerprint. */
    byte code() {
      return (byte) code;
    }
  }

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  // Kernels stamp files with a clock that steps 100 to 1000 times a second.
  private static final long FINE_STEP = TimeUnit.MILLISECONDS.toNanos(20);
  // FAT counts in 2 seconds, older file systems in 1.
  private static final long COARSE_STEP = 2 * SECOND + FINE_STEP;

  static FileStat of(Path file) throws IOException {
    return of(Files.readAttributes(file, PosixFileAttributes.class));
  }

  // One call of the system a file. The map of "unix:" attributes would give the inode itself, at
  // twice the price of all the rest; the hash of the file's key is made of inode and device.
  static FileStat of(PosixFileAttributes attributes) {
    Kind kind =
        attributes.isDirectory()
            ? Kind.FOLDER
            : !attributes.isRegularFile()
                ? Kind.OTHER
                : attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE)
                    ? Kind.EXECUTABLE
                    : Kind.FILE;
    return new FileStat(
        requireNonNull(attributes.fileKey(), "the file system has no file keys").hashCode(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        attributes.size(),
        kind);
  }

  boolean regular() {
    return kind == Kind.FILE || kind == Kind.EXECUTABLE;
  }

  boolean executable() {
    return kind == Kind.EXECUTABLE;
  }

  /**
   * The moment from which on a write to the file shows in its time: a file read before that can be
   * written again within the same step of the clock, and look the same (git calls it racy).
   */
  long settledAt() {
    return settledAt(modified);
  }

  static long settledAt(long modified) {
    return modified + (modified % SECOND == 0 ? COARSE_STEP : FINE_STEP);
  }

  static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * SECOND + now.getNano();
  }

  /**
   * Waits until a file with this time is settled, if that takes a moment only.
   *
   * @param settledAt as {@link #settledAt} gives it
   */
  static void await(long settledAt) {
    long left = settledAt - now();
    if (left < 0 || left > 5 * FINE_STEP) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(left + 1);
    } catch (InterruptedException e) {
      // Not waiting only means that the file is read once more next time.
      Thread.currentThread().interrupt();
    }
  }
}
