package dev.ftpipe.store.compress;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.ftpipe.store.ObjectStore.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Takes frames in order and hands on a stretch of what is in them. In place of a frame that cannot
 * be unpacked come zeros: what is wrong is told by the digest, here as everywhere.
 */
final class Unpacking implements Sink, AutoCloseable {
  private final Frames frames;
  private final Sink target;
  private final long end;
  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private final byte[] unpacked = new byte[Frames.FRAME_BYTES];
  private byte[] packed = new byte[0];
  private int filled;
  private int frame;
  private long position;

  /** From the frame on that the first byte of the stretch is in. */
  Unpacking(Frames frames, long offset, long length, Sink target) {
    this.frames = frames;
    this.target = target;
    this.position = offset;
    this.end = offset + length;
    this.frame = Frames.at(offset);
    begin();
  }

  private void begin() {
    filled = 0;
    if (position < end && packed.length < frames.packed(frame)) {
      packed = new byte[frames.packed(frame)];
    }
  }

  @Override
  public void accept(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining() && position < end) {
      int count = Math.min(bytes.remaining(), frames.packed(frame) - filled);
      bytes.get(packed, filled, count);
      filled += count;
      if (filled == frames.packed(frame)) {
        unpack();
      }
    }
    bytes.position(bytes.limit());
  }

  private void unpack() throws IOException {
    int length = frames.length(frame);
    if (!isUnpacked(length)) {
      Arrays.fill(unpacked, (byte) 0);
    }
    int from = (int) (position - (long) frame * Frames.FRAME_BYTES);
    int count = (int) Math.min(length - from, end - position);
    target.accept(ByteBuffer.wrap(unpacked, from, count).slice());
    position += count;
    frame++;
    begin();
  }

  private boolean isUnpacked(int length) {
    try {
      return zstd.decompressByteArray(unpacked, 0, length, packed, 0, filled) == length;
    } catch (ZstdException e) {
      return false;
    }
  }

  @Override
  public void close() {
    zstd.close();
  }
}
