package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import dev.ftpipe.store.pack.PackFormat;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Takes a pack from its beginning to its end: tells its records, each checked, and hashes all of
 * it. A record that is no record ends the telling, not the hashing.
 */
final class PackStream implements ObjectStore.Sink {
  /** Called with every record. */
  interface Visitor {
    void record(Key key, Extent extent, boolean sound);
  }

  private final Visitor visitor;
  private final MessageDigest whole = Digest.sha256();
  private final byte[] record = new byte[PackFormat.HEADER_BYTES + PackFormat.SMALL];
  private final ByteBuffer header = ByteBuffer.wrap(record);
  private int filled;
  private int wanted = PackFormat.START;
  private long offset;
  private boolean begun;
  private boolean broken;

  PackStream(Visitor visitor) {
    this.visitor = visitor;
  }

  @Override
  public void accept(ByteBuffer bytes) {
    whole.update(bytes.duplicate());
    while (bytes.hasRemaining() && !broken) {
      int count = Math.min(bytes.remaining(), wanted - filled);
      bytes.get(record, filled, count);
      filled += count;
      if (filled == wanted) {
        step();
      }
    }
    bytes.position(bytes.limit());
  }

  private void step() {
    if (!begun) {
      begun = true;
      broken = !Arrays.equals(record, 0, filled, PackFormat.start(), 0, PackFormat.START);
      next();
      return;
    }
    int length = header.getInt(Integer.BYTES);
    Key key = Key.at(header, 2 * Integer.BYTES);
    if (wanted == PackFormat.HEADER_BYTES) {
      if (length < 0
          || length >= PackFormat.SMALL
          || !PackFormat.isHeader(header, 0, key, length)) {
        broken = true;
        return;
      }
      wanted += length;
      if (length > 0) {
        return;
      }
    }
    Digest found = Digest.of(record, PackFormat.HEADER_BYTES, length);
    visitor.record(
        key, new Extent(offset + PackFormat.HEADER_BYTES, length), Key.of(found).equals(key));
    next();
  }

  private void next() {
    offset += filled;
    filled = 0;
    wanted = PackFormat.HEADER_BYTES;
  }

  /** Whether everything was records, up to the end. */
  boolean isWhole() {
    return begun && !broken && filled == 0;
  }

  /** The digest of all bytes; once. */
  Digest digest() {
    return Digest.finish(whole);
  }
}
