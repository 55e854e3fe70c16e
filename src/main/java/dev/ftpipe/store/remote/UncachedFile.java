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
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file that is written past the system's cache, where that is possible: a large file that nobody
 * reads soon would fill it, and from some gigabytes on writers wait for the disk. Several threads
 * may write at once.
 */
final class UncachedFile implements Closeable {
  /** Pieces that say how fast the disk is. */
  private static final int TRIED = 16;

  /** For a piece, other writers beside it; with more the disk is slower than the cache. */
  private static final long QUICK_NANOS = 25_000_000;

  private final AtomicLong pieces = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();
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

  /**
   * Opens a file, made if it is not there, with its length: where a file grows, writers wait for
   * each other.
   */
  static UncachedFile open(Path file, long size) throws IOException {
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
    long start = System.nanoTime();
    ByteBuffer blocks = piece.duplicate();
    blocks.limit((piece.limit() + block - 1) / block * block);
    try {
      while (blocks.hasRemaining()) {
        channel.write(blocks, at + blocks.position());
      }
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
    nanos.addAndGet(System.nanoTime() - start);
    pieces.incrementAndGet();
  }

  /** Whether the disk takes pieces about as fast as the system's cache would. */
  boolean isQuick() {
    long count = pieces.get();
    return block > 1 && (count < TRIED || nanos.get() / count < QUICK_NANOS);
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
