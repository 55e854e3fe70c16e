package dev.ftpipe.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Reads a stream once, hashes it and hands it on, the hashing on a thread of its own as soon as
 * there is more than a buffer of it: on two cores a copy costs no more than its digest.
 */
public final class HashedCopy {
  /** Where the bytes go besides into the digest. */
  public interface Sink {
    /** Takes all remaining bytes. */
    void write(ByteBuffer bytes) throws IOException;
  }

  // Small enough to stay in the processor's cache between the read, the hash and the write.
  private static final int BUFFER_BYTES = 1 << 18;
  private static final int BUFFERS = 16;
  private static final ByteBuffer END = ByteBuffer.allocate(0);
  private static final ThreadLocal<byte[]> SMALL = ThreadLocal.withInitial(() -> new byte[1 << 16]);

  private final MessageDigest sha256 = Digest.sha256();
  private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(BUFFERS + 1);
  private long size;

  private HashedCopy() {}

  /**
   * What went through.
   *
   * @param size in bytes
   */
  public record Result(Digest digest, long size) {}

  /** Reads to the end. */
  public static Result of(ReadableByteChannel in, Sink sink) throws IOException {
    ByteBuffer first = ByteBuffer.wrap(SMALL.get());
    boolean ended = FullReads.fill(in, first);
    int size = first.flip().remaining();
    if (ended) {
      Digest digest = Digest.of(first.array(), 0, size);
      sink.write(first);
      return new Result(digest, size);
    }
    HashedCopy copy = new HashedCopy();
    copy.size = size;
    copy.sha256.update(first.duplicate());
    sink.write(first);
    copy.rest(in, sink);
    return new Result(Digest.finish(copy.sha256), copy.size);
  }

  private void rest(ReadableByteChannel in, Sink sink) throws IOException {
    for (int i = 0; i < BUFFERS; i++) {
      free.add(ByteBuffer.allocateDirect(BUFFER_BYTES));
    }
    FutureTask<Boolean> hashing = new FutureTask<>(this::hash);
    Thread thread = new Thread(hashing, "ftpipe-hash");
    thread.setDaemon(true);
    thread.start();
    try {
      try {
        pump(in, sink);
      } finally {
        full.put(END);
        hashing.get();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("hashing failed", e.getCause());
    }
  }

  private void pump(ReadableByteChannel in, Sink sink) throws IOException, InterruptedException {
    boolean ended = false;
    while (!ended) {
      ByteBuffer buffer = free.take().clear();
      ended = FullReads.fill(in, buffer);
      size += buffer.flip().remaining();
      sink.write(buffer.duplicate());
      if (buffer.hasRemaining()) {
        full.put(buffer);
      }
    }
  }

  private boolean hash() throws InterruptedException {
    for (ByteBuffer buffer = full.take(); buffer.hasRemaining(); buffer = full.take()) {
      sha256.update(buffer);
      free.put(buffer);
    }
    return true;
  }
}
