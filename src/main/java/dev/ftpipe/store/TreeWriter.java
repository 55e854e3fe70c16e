package dev.ftpipe.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes the text of a {@link Tree} line by line, for folders of any number of files. */
public final class TreeWriter {
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int BUFFER_BYTES = 1 << 16;
  // Digest, size, mode, spaces and the end of the line.
  private static final int FIXED_BYTES = 64 + 20 + 5;

  private final OutputStream out;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private String last = "";

  /** Begins the text. */
  public TreeWriter(OutputStream out) {
    this.out = out;
    buffer.put(Tree.HEADER.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Adds a file.
   *
   * @param path after those of all files before, see {@link String#compareTo}
   * @param digest holds 32 bytes from {@code offset} on
   */
  public void add(String path, boolean executable, byte[] digest, int offset, long size)
      throws IOException {
    if (path.compareTo(last) <= 0) {
      throw new IllegalArgumentException(path + " comes after " + last + " in a tree");
    }
    last = path;
    byte[] name = Tree.escaped(path).getBytes(StandardCharsets.UTF_8);
    if (buffer.remaining() < FIXED_BYTES + name.length) {
      flush();
    }
    for (int i = offset; i < offset + 32; i++) {
      buffer.put(DIGITS[(digest[i] >> 4) & 15]).put(DIGITS[digest[i] & 15]);
    }
    buffer.put((byte) ' ');
    put(size);
    buffer.put((byte) ' ').put((byte) (executable ? 'x' : '-')).put((byte) ' ');
    if (name.length > buffer.remaining()) {
      flush();
      out.write(name);
    } else {
      buffer.put(name);
    }
    buffer.put((byte) '\n');
  }

  private void put(long number) {
    long power = 1;
    while (number / power >= 10) {
      power *= 10;
    }
    for (; power > 0; power /= 10) {
      buffer.put(DIGITS[(int) (number / power % 10)]);
    }
  }

  private void flush() throws IOException {
    out.write(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  /** Writes what is left; the stream stays open. */
  public void end() throws IOException {
    flush();
  }
}
