package dev.ftpipe.store.remote;

import static java.util.Objects.requireNonNull;

import com.sun.nio.file.ExtendedOpenOption;
import dev.ftpipe.base.IoProblem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A new file that is written past the system's cache, where that is possible: a large file that
 * nobody reads soon would fill it, and from some gigabytes on writers wait for the disk.
 */
final class UncachedFile implements Closeable {
  private static final int BUFFER_BYTES = 4 << 20;

  private final Path file;
  private final FileChannel channel;
  private final int block;
  private final ByteBuffer buffer;
  private long size;

  private UncachedFile(Path file, FileChannel channel, int block) {
    this.file = file;
    this.channel = channel;
    this.block = block;
    this.buffer = ByteBuffer.allocateDirect(BUFFER_BYTES + block).alignedSlice(block);
    buffer.limit(BUFFER_BYTES);
  }

  /** Creates the file. */
  static UncachedFile create(Path file) throws IOException {
    int block =
        Math.toIntExact(
            Files.getFileStore(requireNonNull(file.toAbsolutePath().getParent())).getBlockSize());
    if (Integer.bitCount(block) == 1 && block <= BUFFER_BYTES) {
      try {
        return new UncachedFile(file, open(file, ExtendedOpenOption.DIRECT), block);
      } catch (IOException | UnsupportedOperationException e) {
        // This file system knows no such thing; another reason to fail meets the next attempt.
        Files.deleteIfExists(file);
      }
    }
    return new UncachedFile(file, open(file, StandardOpenOption.WRITE), 1);
  }

  private static FileChannel open(Path file, OpenOption how) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, how);
  }

  /** Takes all remaining bytes. */
  void write(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      int count = Math.min(bytes.remaining(), buffer.remaining());
      buffer.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
      if (!buffer.hasRemaining()) {
        flush(BUFFER_BYTES);
      }
    }
  }

  private void flush(int length) {
    size += buffer.position();
    try {
      buffer.position(0).limit(length);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
    buffer.clear().limit(BUFFER_BYTES);
  }

  /** Writes what is left, in whole blocks first. */
  @Override
  public void close() throws IOException {
    try (channel) {
      if (buffer.position() > 0) {
        flush((buffer.position() + block - 1) / block * block);
      }
      channel.truncate(size);
    }
  }
}
