package dev.ftpipe.store.pack;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FullReads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The sorted table of a pack, mapped from its file if that is large: format (long), length of the
 * pack (long), number of blobs (int), for each first byte of a digest the number of blobs up to it
 * (256 ints), and for each blob its digest, offset and length (int each). Nothing of it is trusted:
 * a record is compared with what the index says of it whenever it is read.
 */
public final class PackIndex {
  /** One blob of a pack. */
  public record Entry(Key key, Extent extent) {}

  private static final long FORMAT = 0x6674_6964_7831_0a0aL; // "ftidx1\n\n"
  private static final int WORTH_MAPPING = 1 << 18;
  private static final int FAN_OUT = 256;
  private static final int ENTRIES_AT = 2 * Long.BYTES + Integer.BYTES + FAN_OUT * Integer.BYTES;
  private static final int ENTRY_BYTES = Digest.BYTES + 2 * Integer.BYTES;

  private final ByteBuffer bytes;
  private final long packLength;
  private final int count;

  private PackIndex(ByteBuffer bytes, long packLength, int count) {
    this.bytes = bytes;
    this.packLength = packLength;
    this.count = count;
  }

  /** The index in the file; empty when there is none, or not a whole one. */
  public static Optional<PackIndex> open(Path file) throws IOException {
    ByteBuffer bytes;
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() < ENTRIES_AT || channel.size() > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      bytes = bytes(channel);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    int count = bytes.getInt(2 * Long.BYTES);
    return bytes.getLong(0) == FORMAT
            && count >= 0
            && bytes.capacity() == ENTRIES_AT + (long) count * ENTRY_BYTES
        ? Optional.of(new PackIndex(bytes, bytes.getLong(Long.BYTES), count))
        : Optional.empty();
  }

  private static ByteBuffer bytes(FileChannel channel) throws IOException {
    int size = Math.toIntExact(channel.size());
    if (size > WORTH_MAPPING) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    FullReads.fill(channel, bytes);
    return bytes.rewind();
  }

  /**
   * Writes an index.
   *
   * @param entries sorted by key, each key once
   */
  public static void write(Path file, long packLength, List<Entry> entries) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(ENTRIES_AT + entries.size() * ENTRY_BYTES);
    bytes.putLong(FORMAT).putLong(packLength).putInt(entries.size());
    int[] fanOut = new int[FAN_OUT];
    for (Entry entry : entries) {
      fanOut[entry.key().firstByte()]++;
    }
    int sum = 0;
    for (int each : fanOut) {
      sum += each;
      bytes.putInt(sum);
    }
    for (Entry entry : entries) {
      entry.key().putTo(bytes);
      bytes.putInt((int) entry.extent().offset()).putInt(entry.extent().length());
    }
    AtomicFiles.writeUnsynced(file, bytes.array());
  }

  /** How long the pack was when it was indexed. */
  public long packLength() {
    return packLength;
  }

  public int count() {
    return count;
  }

  public Optional<Extent> find(Key key) {
    int low = key.firstByte() == 0 ? 0 : upTo(key.firstByte() - 1);
    int high = Math.min(count, upTo(key.firstByte())) - 1;
    while (low >= 0 && low <= high) {
      int middle = (low + high) >>> 1;
      int order = keyAt(middle).compareTo(key);
      if (order == 0) {
        return Optional.of(extentAt(middle));
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  private int upTo(int firstByte) {
    return bytes.getInt(2 * Long.BYTES + Integer.BYTES + firstByte * Integer.BYTES);
  }

  private Key keyAt(int i) {
    return Key.at(bytes, ENTRIES_AT + i * ENTRY_BYTES);
  }

  private Extent extentAt(int i) {
    int at = ENTRIES_AT + i * ENTRY_BYTES + Digest.BYTES;
    return new Extent(Integer.toUnsignedLong(bytes.getInt(at)), bytes.getInt(at + Integer.BYTES));
  }

  public void forEach(BiConsumer<Key, Extent> action) {
    for (int i = 0; i < count; i++) {
      action.accept(keyAt(i), extentAt(i));
    }
  }
}
