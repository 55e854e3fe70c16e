package dev.ftpipe.store.pack;

import dev.ftpipe.base.Digest;
import java.nio.ByteBuffer;

/** A digest as four numbers, for tables of many. */
public record Key(long a, long b, long c, long d) implements Comparable<Key> {
  public static Key of(Digest digest) {
    String hex = digest.hex();
    return new Key(
        Long.parseUnsignedLong(hex, 0, 16, 16),
        Long.parseUnsignedLong(hex, 16, 32, 16),
        Long.parseUnsignedLong(hex, 32, 48, 16),
        Long.parseUnsignedLong(hex, 48, 64, 16));
  }

  public static Key at(ByteBuffer bytes, int position) {
    return new Key(
        bytes.getLong(position),
        bytes.getLong(position + 8),
        bytes.getLong(position + 16),
        bytes.getLong(position + 24));
  }

  public Digest digest() {
    return Digest.ofRaw(
        ByteBuffer.allocate(Digest.BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array(), 0);
  }

  public void putTo(ByteBuffer bytes) {
    bytes.putLong(a).putLong(b).putLong(c).putLong(d);
  }

  public int firstByte() {
    return (int) (a >>> 56);
  }

  @Override
  public int compareTo(Key other) {
    int order = Long.compareUnsigned(a, other.a);
    order = order != 0 ? order : Long.compareUnsigned(b, other.b);
    order = order != 0 ? order : Long.compareUnsigned(c, other.c);
    return order != 0 ? order : Long.compareUnsigned(d, other.d);
  }
}
