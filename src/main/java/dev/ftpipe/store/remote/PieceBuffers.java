package dev.ftpipe.store.remote;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Memory for pieces between the network and the digest, shared by all downloads of a fetch. When
 * all of it is in use, a piece is read back from its file in place of waiting.
 */
final class PieceBuffers {
  /** The bytes of a piece. */
  static final int BYTES = 1 << 20;

  /** What a buffer's address is a multiple of, for writes past the system's cache. */
  static final int ALIGNMENT = 1 << 12;

  private static final int MOST = 64;
  private static final ThreadLocal<ByteBuffer> SPARE =
      ThreadLocal.withInitial(PieceBuffers::allocate);

  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private int made;

  private static ByteBuffer allocate() {
    return ByteBuffer.allocateDirect(BYTES + ALIGNMENT).alignedSlice(ALIGNMENT).limit(BYTES);
  }

  /** A buffer to be {@link #give given back}; empty when all are in use. */
  synchronized Optional<ByteBuffer> take() {
    if (free.isEmpty() && made < MOST) {
      made++;
      return Optional.of(allocate());
    }
    return Optional.ofNullable(free.poll());
  }

  synchronized void give(ByteBuffer buffer) {
    free.push(buffer.clear().limit(BYTES));
  }

  /** A buffer of this thread, empty. */
  static ByteBuffer spare() {
    return SPARE.get().clear().limit(BYTES);
  }
}
