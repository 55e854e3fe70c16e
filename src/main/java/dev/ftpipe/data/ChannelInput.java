package dev.ftpipe.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A buffered stream over a range of a file; several may read one channel. */
final class ChannelInput extends InputStream {
  private final FileChannel channel;
  private final long end;
  private final ByteBuffer buffer;
  private long next;

  /** A stream over the bytes from {@code start} to {@code end}, the latter not included. */
  ChannelInput(FileChannel channel, long start, long end) {
    this(channel, start, end, 1 << 16);
  }

  /** The same with a buffer of so many bytes. */
  ChannelInput(FileChannel channel, long start, long end, int bufferSize) {
    this.buffer = ByteBuffer.allocate(bufferSize).limit(0);
    this.channel = channel;
    this.next = start;
    this.end = end;
  }

  /** The place in the file of the next byte to read. */
  long position() {
    return next - buffer.remaining();
  }

  /** Bytes left to read. */
  long remaining() {
    return end - next + buffer.remaining();
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer.get() & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!buffer.hasRemaining() && length >= buffer.capacity()) {
      int read = pull(ByteBuffer.wrap(into, offset, (int) Math.min(length, end - next)));
      return read == 0 ? -1 : read;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(into, offset, count);
    return count;
  }

  /** Passes over bytes that are known to be there. */
  void pass(long count) {
    int buffered = (int) Math.min(count, buffer.remaining());
    buffer.position(buffer.position() + buffered);
    next += count - buffered;
  }

  /** Goes on at a place of the file before the end. */
  void seek(long position) {
    buffer.limit(0);
    next = position;
  }

  private boolean fill() throws IOException {
    if (!buffer.hasRemaining() && next < end) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - next));
      pull(buffer);
      buffer.flip();
    }
    return buffer.hasRemaining();
  }

  private int pull(ByteBuffer into) throws IOException {
    if (!into.hasRemaining()) {
      return 0;
    }
    int read = channel.read(into, next);
    if (read < 0) {
      throw new EOFException("the file was cut short while it was read");
    }
    next += read;
    return read;
  }
}
