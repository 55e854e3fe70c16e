package dev.ftpipe.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Whole reads and writes of arrays at places of a file. */
final class FileBytes {
  /** The JDK keeps a native buffer as long as the longest transfer of a thread. */
  private static final int TRANSFER = 1 << 18;

  private FileBytes() {}

  /** Fills a part of an array from {@code position} of the file. */
  static void read(FileChannel channel, long position, byte[] into, int offset, int length)
      throws IOException {
    int done = 0;
    while (done < length) {
      int part = Math.min(TRANSFER, length - done);
      int read = channel.read(ByteBuffer.wrap(into, offset + done, part), position + done);
      if (read < 0) {
        throw new EOFException("the file was cut short while it was read");
      }
      done += read;
    }
  }

  /** Writes a part of an array to {@code position} of the file. */
  static void write(FileChannel channel, long position, byte[] from, int offset, int length)
      throws IOException {
    int done = 0;
    while (done < length) {
      int part = Math.min(TRANSFER, length - done);
      done += channel.write(ByteBuffer.wrap(from, offset + done, part), position + done);
    }
  }
}
