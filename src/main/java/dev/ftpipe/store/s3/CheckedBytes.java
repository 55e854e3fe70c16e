package dev.ftpipe.store.s3;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ObjectStore.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/**
 * All bytes of a source for one request, hashed as they leave. The last ones are held back unless
 * the digest is right: a server does not store a body that ends early.
 */
final class CheckedBytes extends InputStream {
  private static final long NANOS = 1_000_000_000L;

  /** From when on bytes count for the rate, as both sides have to warm up, and until when. */
  private static final long FIRST_LOOK = NANOS / 2;

  private static final long LAST_LOOK = NANOS * 3 / 2;

  private static final long MARGIN = 4L << 20;

  private final InputStream in;
  private final long size;
  private final Digest expected;
  private final LongConsumer moved;
  private final long leastRate;
  private final MessageDigest sha256 = Digest.sha256();
  private final CRC32C crc = new CRC32C();
  private long taken;
  private long counted;
  private long firstAt;
  private long takenAtFirstLook = -1;
  private boolean isWatched;

  /**
   * Bytes to be sent.
   *
   * @param leastRate bytes a second below which the transfer is given up soon after it began
   */
  CheckedBytes(Source source, Digest expected, LongConsumer moved, long leastRate)
      throws IOException {
    this.in = source.open(0, source.size());
    this.size = source.size();
    this.expected = expected;
    this.moved = moved;
    this.leastRate = leastRate;
    this.isWatched = leastRate > 0;
  }

  /** Why a body was not sent to its end. */
  static final class GivenUp extends IOException {
    private static final long serialVersionUID = 1;

    GivenUp(String message) {
      super(message);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int most) throws IOException {
    giveUpIfSlow();
    int count = in.read(into, from, most);
    if (count > 0) {
      sha256.update(into, from, count);
      crc.update(into, from, count);
      taken += count;
      if (taken == size && !Digest.finish(sha256).equals(expected)) {
        throw new GivenUp("the bytes do not have their digest");
      }
      moved.accept(count);
      counted = taken;
    }
    return count;
  }

  private void giveUpIfSlow() throws GivenUp {
    if (!isWatched) {
      return;
    }
    long now = System.nanoTime();
    if (taken == 0) {
      firstAt = now;
    }
    long elapsed = now - firstAt;
    if (takenAtFirstLook < 0) {
      if (elapsed >= FIRST_LOOK) {
        takenAtFirstLook = taken;
        firstAt = now - FIRST_LOOK;
      }
    } else if (elapsed >= LAST_LOOK) {
      isWatched = false;
      double seconds = (elapsed - FIRST_LOOK) / (double) NANOS;
      if ((taken - takenAtFirstLook) / seconds < leastRate) {
        throw new GivenUp("one connection is slow");
      }
    }
  }

  /** Whether more was taken than fits into a connection that nobody reads. */
  boolean isBegun() {
    return taken > MARGIN;
  }

  /** As servers write it. */
  String crc32c() {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
  }

  /** What was counted has to go again. */
  void takeBack() {
    moved.accept(-counted);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
