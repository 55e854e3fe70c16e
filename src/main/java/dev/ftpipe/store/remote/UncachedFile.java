package dev.ftpipe.store.remote;

import static java.util.Objects.requireNonNull;

import com.sun.nio.file.ExtendedOpenOption;
import dev.ftpipe.base.IoProblem;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A new file that is written past the system's cache, where that is possible: a large file that
 * nobody reads soon would fill it, and from some gigabytes on writers wait for the disk. Several
 * threads may write at once.
 */
final class UncachedFile implements Closeable {
  private final Path file;
  private final FileChannel channel;
  private final int block;
  private final long size;

  private UncachedFile(Path file, FileChannel channel, int block, long size) {
    this.file = file;
    this.channel = channel;
    this.block = block;
    this.size = size;
  }

  /** Creates the file with its length: where a file grows, writers wait for each other. */
  static UncachedFile create(Path file, long size) throws IOException {
    Files.createFile(file);
    try (RandomAccessFile empty = new RandomAccessFile(file.toFile(), "rw")) {
      empty.setLength(size);
    }
    int block =
        Math.toIntExact(
            Files.getFileStore(requireNonNull(file.toAbsolutePath().getParent())).getBlockSize());
    if (Integer.bitCount(block) == 1 && block <= PieceBuffers.ALIGNMENT) {
      try {
        return new UncachedFile(file, open(file, ExtendedOpenOption.DIRECT), block, size);
      } catch (IOException | UnsupportedOperationException e) {
        // This file system knows no such thing; another reason to fail meets the next attempt.
        return new UncachedFile(file, open(file, StandardOpenOption.WRITE), 1, size);
      }
    }
    return new UncachedFile(file, open(file, StandardOpenOption.WRITE), 1, size);
  }

  private static FileChannel open(Path file, OpenOption how) throws IOException {
    return FileChannel.open(file, StandardOpenOption.WRITE, how);
  }

  /**
   * Writes all of a piece.
   *
   * @param piece of {@link PieceBuffers}, from its beginning to its limit
   * @param at where a piece begins
   */
  void write(ByteBuffer piece, long at) {
    // The last piece is written up to the end of its block, and the file cut when it is closed.
    ByteBuffer blocks = piece.duplicate();
    blocks.limit((piece.limit() + block - 1) / block * block);
    try {
      while (blocks.hasRemaining()) {
        channel.write(blocks, at + blocks.position());
      }
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (channel.isOpen()) {
        channel.truncate(size);
      }
    }
  }
}
