package dev.ftpipe.store.pack;

/**
 * Where the bytes of a blob are in its pack.
 *
 * @param offset of the first byte of the blob, after its header
 */
public record Extent(long offset, int length) {
  private static final int LENGTH_BITS = 21;

  /** Both in one number above 0. */
  public long packed() {
    return (offset << LENGTH_BITS) | length;
  }

  public static Extent unpacked(long packed) {
    return new Extent(packed >>> LENGTH_BITS, (int) (packed & ((1 << LENGTH_BITS) - 1)));
  }

  public long end() {
    return offset + length;
  }
}
