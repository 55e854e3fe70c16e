package dev.ftpipe.store.collect;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.pack.Key;

/** A set of digests in a plain array: at most 128 bytes each, for many millions of them. */
final class DigestSet {
  private static final int LONGS = 4;

  private long[] keys = new long[64 * LONGS];
  private boolean hasZero;
  private int size;

  /** Adds a digest; false when it was there. */
  boolean add(Digest digest) {
    Key key = Key.of(digest);
    if (isZero(key.a(), key.b(), key.c(), key.d())) {
      boolean added = !hasZero;
      hasZero = true;
      size += added ? 1 : 0;
      return added;
    }
    if (2 * (size + 1) * LONGS > keys.length) {
      grow();
    }
    return insert(key.a(), key.b(), key.c(), key.d());
  }

  boolean contains(Digest digest) {
    Key key = Key.of(digest);
    if (isZero(key.a(), key.b(), key.c(), key.d())) {
      return hasZero;
    }
    return !isFree(slot(key.a(), key.b(), key.c(), key.d()));
  }

  int size() {
    return size;
  }

  private boolean insert(long a, long b, long c, long d) {
    int at = slot(a, b, c, d);
    if (!isFree(at)) {
      return false;
    }
    keys[at] = a;
    keys[at + 1] = b;
    keys[at + 2] = c;
    keys[at + 3] = d;
    size++;
    return true;
  }

  private static boolean isZero(long a, long b, long c, long d) {
    return (a | b | c | d) == 0;
  }

  private boolean isFree(int at) {
    return isZero(keys[at], keys[at + 1], keys[at + 2], keys[at + 3]);
  }

  /** Where the digest is, or where it belongs. */
  private int slot(long a, long b, long c, long d) {
    int mask = keys.length / LONGS - 1;
    // Digests are evenly spread as they are.
    int slot = (int) d & mask;
    while (true) {
      int at = slot * LONGS;
      boolean same = keys[at] == a && keys[at + 1] == b && keys[at + 2] == c && keys[at + 3] == d;
      if (same || isFree(at)) {
        return at;
      }
      slot = (slot + 1) & mask;
    }
  }

  private void grow() {
    long[] old = keys;
    keys = new long[old.length * 2];
    size = hasZero ? 1 : 0;
    for (int at = 0; at < old.length; at += LONGS) {
      if (!isZero(old[at], old[at + 1], old[at + 2], old[at + 3])) {
        insert(old[at], old[at + 1], old[at + 2], old[at + 3]);
      }
    }
  }
}
