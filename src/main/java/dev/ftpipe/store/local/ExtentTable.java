package dev.ftpipe.store.local;

import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Keys to extents in plain arrays: 40 bytes an entry and free ones. Not for several threads. */
final class ExtentTable {
  private static final int KEY_LONGS = 4;
  private static final long FREE = 0;
  private static final long REMOVED = -1;

  private long[] keys = new long[64 * KEY_LONGS];
  private long[] extents = new long[64];
  private int used;
  private int size;

  int size() {
    return size;
  }

  Optional<Extent> find(Key key) {
    long packed = extents[slot(key)];
    return packed == FREE || packed == REMOVED
        ? Optional.empty()
        : Optional.of(Extent.unpacked(packed));
  }

  void put(Key key, Extent extent) {
    if (2 * (used + 1) > extents.length) {
      grow();
    }
    insert(key, extent.packed());
  }

  private void insert(Key key, long packed) {
    int slot = slot(key);
    if (extents[slot] == FREE) {
      keys[slot * KEY_LONGS] = key.a();
      keys[slot * KEY_LONGS + 1] = key.b();
      keys[slot * KEY_LONGS + 2] = key.c();
      keys[slot * KEY_LONGS + 3] = key.d();
      used++;
    }
    size += extents[slot] == FREE || extents[slot] == REMOVED ? 1 : 0;
    extents[slot] = packed;
  }

  void remove(Key key) {
    int slot = slot(key);
    if (extents[slot] != FREE && extents[slot] != REMOVED) {
      extents[slot] = REMOVED;
      size--;
    }
  }

  /** The slot of the key, or the free one where it belongs. */
  private int slot(Key key) {
    int mask = extents.length - 1;
    // Digests are evenly spread as they are.
    int slot = (int) key.d() & mask;
    while (extents[slot] != FREE && !isAt(slot, key)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean isAt(int slot, Key key) {
    int at = slot * KEY_LONGS;
    return keys[at] == key.a()
        && keys[at + 1] == key.b()
        && keys[at + 2] == key.c()
        && keys[at + 3] == key.d();
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldExtents = extents;
    keys = new long[oldKeys.length * 2];
    extents = new long[oldExtents.length * 2];
    used = 0;
    size = 0;
    for (int i = 0; i < oldExtents.length; i++) {
      if (oldExtents[i] != FREE && oldExtents[i] != REMOVED) {
        insert(key(oldKeys, i), oldExtents[i]);
      }
    }
  }

  private static Key key(long[] keys, int slot) {
    int at = slot * KEY_LONGS;
    return new Key(keys[at], keys[at + 1], keys[at + 2], keys[at + 3]);
  }

  void forEach(BiConsumer<Key, Extent> action) {
    for (int i = 0; i < extents.length; i++) {
      if (extents[i] != FREE && extents[i] != REMOVED) {
        action.accept(key(keys, i), Extent.unpacked(extents[i]));
      }
    }
  }
}
