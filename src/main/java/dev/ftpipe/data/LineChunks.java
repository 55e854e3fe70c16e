package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Arrays;

/**
 * Cuts a file of lines into chunks that can be read apart from each other: a line belongs to the
 * chunk that it begins in. Only {@code \n} ends a line, with a {@code \r} before it if there is
 * one; the last line needs no end; a byte order mark of UTF-8 at the beginning is passed over.
 *
 * @param size of the file in bytes
 * @param chunk bytes of a chunk; more than a byte order mark
 */
record LineChunks(Source source, long size, int chunk) {
  private static final int CHUNK = 4 << 20;
  private static final int GROWTH = 1 << 16;
  private static final int MAX_LINE = 1 << 30;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** Chunks of a usual size. */
  static LineChunks of(Source source) throws IOException {
    return of(source, CHUNK);
  }

  /** Chunks of so many bytes. */
  static LineChunks of(Source source, int chunk) throws IOException {
    LineChunks chunks = new LineChunks(source, Files.size(source.path()), chunk);
    if (chunks.size / chunk >= Integer.MAX_VALUE) {
      throw FtpipeException.pipeline(source.name() + ": too large: " + chunks.size + " bytes");
    }
    return chunks;
  }

  int count() {
    return (int) ((size + chunk - 1) / chunk);
  }

  /** Bytes before the end of a chunk. */
  long endOf(int number) {
    return Math.min(size, (number + 1L) * chunk);
  }

  /** A reader of chunks, of one thread. Memory: a chunk, or the longest line. */
  Reader reader() throws IOException {
    return new Reader();
  }

  /** Goes through the lines of a chunk as bytes. */
  final class Reader implements Closeable {
    private final FileChannel channel;
    private byte[] buffer = new byte[chunk + GROWTH];
    private long base;
    private int filled;

    /** Where in the buffer the chunk ends: a line that begins there is the next chunk's. */
    private int bound;

    private int start;
    private int end;
    private int next;

    private Reader() throws IOException {
      this.channel = FileChannel.open(source.path());
    }

    /** Goes to a chunk; {@link #next} goes to its first line. */
    void open(int number) throws IOException {
      // One byte more tells whether a line begins at the chunk's first byte.
      base = Math.max(0, (long) number * chunk - 1);
      bound = (int) (endOf(number) - base);
      filled = 0;
      fill(bound);
      if (number > 0) {
        next = ByteScan.newline(buffer, 0, filled) + 1;
      } else {
        int mark = BYTE_ORDER_MARK.length;
        boolean marked = filled >= mark && Arrays.equals(buffer, 0, mark, BYTE_ORDER_MARK, 0, mark);
        next = marked ? mark : 0;
      }
    }

    /** Goes to the next line of the chunk; false when there is none. */
    boolean next() throws IOException {
      if (next >= bound) {
        return false;
      }
      start = next;
      int at = ByteScan.newline(buffer, start, filled);
      while (at == filled && base + filled < size) {
        grow();
        at = ByteScan.newline(buffer, at, filled);
      }
      next = at + 1;
      end = at > start && buffer[at - 1] == '\r' ? at - 1 : at;
      return true;
    }

    /** The array that holds the line at hand, until the next one is asked for. */
    byte[] bytes() {
      return buffer;
    }

    /** Where in {@link #bytes} the line begins. */
    int offset() {
      return start;
    }

    /** Bytes of the line, without its end. */
    int length() {
      return end - start;
    }

    /** Where in the file the line begins. */
    long position() {
      return base + start;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }

    /** Reads on within a line that goes on after the chunk. */
    private void grow() throws IOException {
      if (filled - start > MAX_LINE) {
        throw FtpipeException.pipeline(
            source.name()
                + ": a line of more than "
                + (MAX_LINE >> 20)
                + " MiB at byte "
                + position()
                + "; expected a record a line");
      }
      int wanted = Math.max(GROWTH, filled - start);
      fill(filled + (int) Math.min(wanted, size - base - filled));
    }

    private void fill(int to) throws IOException {
      if (to > buffer.length) {
        buffer = Arrays.copyOf(buffer, to);
      }
      FileBytes.read(channel, base + filled, buffer, filled, to - filled);
      filled = to;
    }
  }
}
