package dev.ftpipe.store.remote;

import dev.ftpipe.base.IoProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Remembers that an object is being sent all at once. Where that was cut off not long ago, objects
 * go in pieces: whoever ends a push again and again loses the bytes of one object, not of all.
 */
final class WholeSends {
  private static final Duration CAUTION = Duration.ofHours(1);

  private final Path mark;

  WholeSends(Path mark) {
    this.mark = mark;
  }

  /** Sends an object; true when it is there. */
  interface Send {
    boolean run() throws IOException;
  }

  /** Lets an object be sent all at once unless that was cut off lately. */
  boolean send(Send send) throws IOException {
    if (wasCutOff()) {
      return false;
    }
    try {
      Files.createDirectories(mark.toAbsolutePath().getParent());
      Files.write(mark, new byte[0]);
    } catch (IOException e) {
      throw IoProblem.writing(mark, e);
    }
    try {
      return send.run();
    } finally {
      Files.deleteIfExists(mark);
    }
  }

  private boolean wasCutOff() throws IOException {
    try {
      return Files.getLastModifiedTime(mark).toInstant().isAfter(Instant.now().minus(CAUTION));
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
