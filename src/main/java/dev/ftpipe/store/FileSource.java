package dev.ftpipe.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file whose bytes do not change while it is sent. */
public record FileSource(Path file, long size) implements ObjectStore.Source {
  public static FileSource of(Path file) throws IOException {
    return new FileSource(file, Files.size(file));
  }

  @Override
  public InputStream open(long offset, long length) throws IOException {
    return new Slice(file, FileChannel.open(file), offset, length);
  }

  /** A stretch of a file; a file that ends before it is an error. */
  private static final class Slice extends InputStream {
    private final Path file;
    private final FileChannel channel;
    private long position;
    private final long end;

    Slice(Path file, FileChannel channel, long offset, long length) {
      this.file = file;
      this.channel = channel;
      this.position = offset;
      this.end = offset + length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (position == end) {
        return -1;
      }
      ByteBuffer buffer = ByteBuffer.wrap(into, offset, (int) Math.min(length, end - position));
      int count = channel.read(buffer, position);
      if (count < 0) {
        throw new EOFException(file + " became shorter while it was read");
      }
      position += count;
      return count;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, end - position);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
