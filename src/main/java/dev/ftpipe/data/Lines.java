package dev.ftpipe.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;

/**
 * Goes through the lines of a file as bytes. Only {@code \n} ends a line, with a {@code \r} before
 * it if there is one; the last line needs no end; a byte order mark of UTF-8 at the beginning is
 * passed over. Memory: the longest line.
 */
public final class Lines implements Closeable {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int HEAD = 64;

  private final InputStream in;
  private byte[] buffer = new byte[1 << 18];
  private int start;
  private int end;
  private int next;
  private int filled;
  private long number;
  private boolean ended;
  private final ByteBuffer head;

  public Lines(Source source) throws IOException {
    this.in = Files.newInputStream(source.path());
    fill();
    this.head = ByteBuffer.wrap(Arrays.copyOf(buffer, Math.min(filled, HEAD)));
    boolean marked =
        filled >= BYTE_ORDER_MARK.length
            && Arrays.equals(buffer, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, 3);
    this.next = marked ? BYTE_ORDER_MARK.length : 0;
  }

  /** Goes to the next line; false when there is none. */
  public boolean next() throws IOException {
    start = next;
    int at = start;
    while (true) {
      while (at < filled && buffer[at] != '\n') {
        at++;
      }
      if (at < filled) {
        next = at + 1;
        break;
      }
      int seen = at - start;
      if (!fill()) {
        next = filled;
        at = filled;
        if (start == filled) {
          return false;
        }
        break;
      }
      at = start + seen;
    }
    number++;
    end = at > start && buffer[at - 1] == '\r' ? at - 1 : at;
    return true;
  }

  /** The array that holds the line at hand, until the next one is asked for. */
  public byte[] bytes() {
    return buffer;
  }

  /** Where in {@link #bytes} the line begins. */
  public int offset() {
    return start;
  }

  /** Bytes of the line, without its end. */
  public int length() {
    return end - start;
  }

  /** The line's number, from 1. */
  public long number() {
    return number;
  }

  /** The first bytes of the file. */
  ByteBuffer head() {
    return head;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Reads on, keeping what begins at {@code start}; false at the file's end. */
  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      filled -= start;
      start = 0;
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
    }
    int read = in.read(buffer, filled, buffer.length - filled);
    ended = read < 0;
    filled += Math.max(0, read);
    return !ended;
  }
}
