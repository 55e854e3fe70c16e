package dev.ftpipe.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines one after another: in memory up to a size, then in a file. Several threads may append at
 * once; what is read was appended before.
 */
final class SpoolBucket implements Closeable {
  private final Path file;
  private final int bufferSize;
  private byte[] buffer = new byte[0];
  private int buffered;
  private @Nullable FileChannel channel;
  private long flushed;

  SpoolBucket(Path file, int bufferSize) {
    this.file = file;
    this.bufferSize = bufferSize;
  }

  /** Bytes of all lines. */
  synchronized long size() {
    return flushed + buffered;
  }

  /** Appends bytes and returns where they begin. */
  synchronized long append(byte[] bytes, int offset, int length) throws IOException {
    long start = size();
    if ((long) buffered + length > bufferSize) {
      flush();
    }
    if (length > bufferSize) {
      FileBytes.write(open(), flushed, bytes, offset, length);
      flushed += length;
      return start;
    }
    if (buffered + length > buffer.length) {
      int doubled = Math.max(buffered + length, 2 * buffer.length);
      buffer = Arrays.copyOf(buffer, Math.min(bufferSize, doubled));
    }
    System.arraycopy(bytes, offset, buffer, buffered, length);
    buffered += length;
    return start;
  }

  /** Reads bytes that begin at {@code offset} into the beginning of the array. */
  synchronized void read(long offset, byte[] into, int length) throws IOException {
    int fromFile = (int) Math.max(0, Math.min(length, flushed - offset));
    if (fromFile > 0) {
      FileBytes.read(open(), offset, into, 0, fromFile);
    }
    int at = (int) Math.max(0, offset - flushed);
    System.arraycopy(buffer, at, into, fromFile, length - fromFile);
  }

  private void flush() throws IOException {
    if (buffered > 0) {
      FileBytes.write(open(), flushed, buffer, 0, buffered);
      flushed += buffered;
      buffered = 0;
    }
  }

  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      open =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      channel = open;
    }
    return open;
  }

  @Override
  public synchronized void close() throws IOException {
    buffer = new byte[0];
    buffered = 0;
    if (channel != null) {
      channel.close();
      channel = null;
      Files.deleteIfExists(file);
    }
  }
}
