package dev.ftpipe.store.remote;

import dev.ftpipe.base.FullReads;
import dev.ftpipe.store.ContentStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Which MiB of a file on its way are written: beside the file stands one byte for each, so that
 * another attempt fetches the others only. Some of them are still in memory.
 */
final class Pieces implements Closeable {
  /** What came of waiting for a piece. */
  enum State {
    THERE,
    ABSENT,
    BROKEN_OFF
  }

  private static final int WAIT_MILLIS = 50;

  private final long size;
  private final Path file;
  private final FileChannel marks;
  private final boolean[] there;
  private final Map<Integer, ByteBuffer> held = new HashMap<>();
  private final PieceBuffers buffers;
  private boolean absent;

  private Pieces(long size, Path file, FileChannel marks, PieceBuffers buffers) {
    this.size = size;
    this.file = file;
    this.marks = marks;
    this.buffers = buffers;
    this.there = new boolean[Math.toIntExact((size + PieceBuffers.BYTES - 1) / PieceBuffers.BYTES)];
  }

  /**
   * The pieces of a file that is received.
   *
   * @param size of the whole file, in bytes
   * @return empty while another download has them
   */
  static Optional<Pieces> of(Path received, long size, PieceBuffers buffers) throws IOException {
    Path file = received.resolveSibling(received.getFileName() + ContentStore.MARKS);
    FileChannel marks =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (!isFree(marks)) {
      marks.close();
      return Optional.empty();
    }
    Pieces pieces = new Pieces(size, file, marks, buffers);
    if (Files.exists(received)) {
      pieces.readMarks();
    } else {
      marks.truncate(0);
    }
    return Optional.of(pieces);
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private void readMarks() throws IOException {
    ByteBuffer marked = ByteBuffer.allocate(there.length);
    FullReads.fill(marks, marked, 0);
    for (int i = 0; i < marked.position(); i++) {
      there[i] = marked.get(i) == 1;
    }
  }

  int count() {
    return there.length;
  }

  long start(int piece) {
    return (long) piece * PieceBuffers.BYTES;
  }

  int length(int piece) {
    return (int) Math.min(PieceBuffers.BYTES, size - start(piece));
  }

  synchronized boolean isThere(int piece) {
    return there[piece];
  }

  /**
   * A piece is written.
   *
   * @param bytes of it, kept until it is {@link #take taken}
   */
  void arrived(int piece, Optional<ByteBuffer> bytes) throws IOException {
    marks.write(ByteBuffer.wrap(new byte[] {1}), piece);
    synchronized (this) {
      there[piece] = true;
      bytes.ifPresent(kept -> held.put(piece, kept));
      notifyAll();
    }
  }

  /** The bytes of a piece that is still in memory, to be given back to the buffers. */
  synchronized Optional<ByteBuffer> take(int piece) {
    return Optional.ofNullable(held.remove(piece));
  }

  /** The remote has no such blob: nothing more will come. */
  synchronized void end() {
    absent = true;
    notifyAll();
  }

  /** Waits for a piece. */
  synchronized State await(int piece, BooleanSupplier brokenOff) {
    try {
      while (!there[piece]) {
        if (absent) {
          return State.ABSENT;
        }
        if (brokenOff.getAsBoolean()) {
          return State.BROKEN_OFF;
        }
        wait(WAIT_MILLIS);
      }
      return State.THERE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return State.BROKEN_OFF;
    }
  }

  /** Forgets them: the file is complete, or is none. */
  void remove() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      held.values().forEach(buffers::give);
      held.clear();
    }
    marks.close();
  }
}
