package dev.ftpipe.data;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes lines one after another to a part of a file, through a buffer. Not thread-safe. */
public final class OutputSection implements Closeable {
  private static final int BUFFER = 1 << 18;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private long next;

  OutputSection(FileChannel channel, long position) {
    this.channel = channel;
    this.next = position;
  }

  /** Goes on at another place of the file. */
  void seek(long position) throws IOException {
    flush();
    next = position;
  }

  /** Appends the bytes and a newline. */
  public void line(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int part = Math.min(room(), length - done);
      buffer.put(bytes, offset + done, part);
      done += part;
    }
    newline();
  }

  /** Appends bytes of another file and a newline. */
  void line(FileChannel from, long offset, int length) throws IOException {
    if (length > buffer.remaining()) {
      flush();
    }
    int done = 0;
    while (done < length) {
      int part = Math.min(room(), length - done);
      buffer.limit(buffer.position() + part);
      int read = from.read(buffer, offset + done);
      buffer.limit(buffer.capacity());
      if (read < 0) {
        throw new EOFException("the file was cut short while it was read");
      }
      done += read;
    }
    newline();
  }

  @Override
  public void close() throws IOException {
    flush();
  }

  private void newline() throws IOException {
    room();
    buffer.put((byte) '\n');
  }

  private int room() throws IOException {
    if (!buffer.hasRemaining()) {
      flush();
    }
    return buffer.remaining();
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      next += channel.write(buffer, next);
    }
    buffer.clear();
  }
}
