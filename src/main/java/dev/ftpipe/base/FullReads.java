package dev.ftpipe.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;

/** Reads that end with a full buffer or with the input, not somewhere in between. */
public final class FullReads {
  private FullReads() {}

  /** Fills the buffer; true when the input ended before. */
  public static boolean fill(ReadableByteChannel in, ByteBuffer buffer) throws IOException {
    boolean ended = false;
    while (buffer.hasRemaining() && !ended) {
      ended = in.read(buffer) < 0;
    }
    return ended;
  }

  /** Fills the buffer from a position of the file; true when the file ended before. */
  public static boolean fill(FileChannel in, ByteBuffer buffer, long position) throws IOException {
    long start = position - buffer.position();
    boolean ended = false;
    while (buffer.hasRemaining() && !ended) {
      ended = in.read(buffer, start + buffer.position()) < 0;
    }
    return ended;
  }
}
