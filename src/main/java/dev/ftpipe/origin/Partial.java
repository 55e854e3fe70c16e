package dev.ftpipe.origin;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.base.Json;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What has been received of a file, which the next attempt goes on with, also after a kill. Beside
 * it stands which state of the original it is a part of.
 */
final class Partial implements Closeable {
  /**
   * A state of the original.
   *
   * @param validator a strong entity tag, or the time of the last change; empty when there is none
   * @param encoding of the bytes, such as {@code gzip}; empty for none
   */
  record State(String validator, String encoding) {
    static final State UNKNOWN = new State("", "");
  }

  private final Path file;
  private final FileChannel channel;
  private State state;

  private Partial(Path file, FileChannel channel, State state) {
    this.file = file;
    this.channel = channel;
    this.state = state;
  }

  /**
   * Opens the file, which is made if it is not there; nobody else writes it until it is closed.
   *
   * @param what is fetched, in words
   */
  static Partial open(Path file, String what) throws IOException {
    FileChannel channel;
    try {
      Files.createDirectories(file.getParent());
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
    if (!locked(channel)) {
      channel.close();
      throw FtpipeException.environment(
          "another ftpipe fetches " + what + " at the moment; wait until it is done", null);
    }
    return new Partial(file, channel, known(file));
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static Path note(Path file) {
    return file.resolveSibling(file.getFileName() + ".json");
  }

  private static State known(Path file) throws IOException {
    try {
      return Json.mapper().readValue(Files.readAllBytes(note(file)), State.class);
    } catch (NoSuchFileException | JsonProcessingException e) {
      return State.UNKNOWN;
    }
  }

  Path file() {
    return file;
  }

  State state() {
    return state;
  }

  long size() throws IOException {
    return channel.size();
  }

  /** Drops the bytes: what comes now is a part of this state. */
  void begin(State of) throws IOException {
    try {
      channel.truncate(0);
      AtomicFiles.writeUnsynced(note(file), Json.mapper().writeValueAsBytes(of));
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
    state = of;
  }

  void append(byte[] bytes, int length) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
      for (long at = channel.size(); buffer.hasRemaining(); ) {
        at += channel.write(buffer, at);
      }
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }

  /** Removes the file and what stands beside it; it may have been moved away. */
  void remove() throws IOException {
    close();
    Files.deleteIfExists(file);
    Files.deleteIfExists(note(file));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
