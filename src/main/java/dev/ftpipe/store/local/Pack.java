package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FullReads;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import dev.ftpipe.store.pack.PackFormat;
import dev.ftpipe.store.pack.PackIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A pack that is open for reading: its index, as far as it has one, and a table of the records
 * behind what that covers. Guarded by whoever owns it.
 */
final class Pack implements Closeable {
  /** How the bytes of a record were found. */
  enum Condition {
    SOUND,
    /** Another record is there than the index says. */
    MISPLACED,
    /** The right header, but bytes of another digest. */
    DAMAGED
  }

  private final Path file;
  private FileChannel channel;
  private final Optional<PackIndex> index;
  private final ExtentTable tail = new ExtentTable();
  private final Set<Key> dropped = new HashSet<>();
  private long end;

  private Pack(Path file, FileChannel channel, Optional<PackIndex> index, long end) {
    this.file = file;
    this.channel = channel;
    this.index = index;
    this.end = end;
  }

  /**
   * Opens a pack; an index that does not fit it is passed over.
   *
   * @param indexFile may be absent
   */
  static Pack open(Path file, Path indexFile) throws IOException {
    FileChannel channel = FileChannel.open(file);
    long size = channel.size();
    Optional<PackIndex> index =
        PackIndex.open(indexFile).filter(found -> found.packLength() <= size);
    return new Pack(file, channel, index, index.map(PackIndex::packLength).orElse(0L));
  }

  /** Opens a pack whose index is of no use. */
  static Pack unindexed(Path file) throws IOException {
    Pack pack = new Pack(file, FileChannel.open(file), Optional.empty(), 0);
    pack.catchUp(true);
    return pack;
  }

  // A thread that is interrupted while it reads closes the channel for all.
  private synchronized FileChannel channel() throws IOException {
    if (!channel.isOpen()) {
      channel = FileChannel.open(file);
    }
    return channel;
  }

  Path file() {
    return file;
  }

  /** Where the known part of the pack ends. */
  long end() {
    return end;
  }

  boolean indexed() {
    return index.isPresent();
  }

  /** How many blobs it has that are not in its index. */
  int unindexed() {
    return tail.size();
  }

  int count() {
    return index.map(PackIndex::count).orElse(0) + tail.size();
  }

  boolean hasDropped() {
    return !dropped.isEmpty();
  }

  /** Learns of the records behind the known part. */
  void catchUp(boolean verify) throws IOException {
    if (channel().size() > end) {
      end = PackFormat.scan(channel(), end, verify, tail::put);
    }
  }

  Optional<Extent> find(Key key) {
    if (!dropped.isEmpty() && dropped.contains(key)) {
      return Optional.empty();
    }
    Optional<Extent> found = tail.find(key);
    return found.isPresent() ? found : index.flatMap(table -> table.find(key));
  }

  /** Notes a record that was written, or will be before it is read, at the end. */
  void add(Key key, Extent extent) {
    tail.put(key, extent);
    dropped.remove(key);
    end = extent.end();
  }

  /** All blobs, in no order. */
  void forEach(BiConsumer<Key, Extent> action) {
    tail.forEach(action);
    index.ifPresent(
        table ->
            table.forEach(
                (key, extent) -> {
                  if (!dropped.contains(key) && tail.find(key).isEmpty()) {
                    action.accept(key, extent);
                  }
                }));
  }

  /** Forgets a record; it stays in the file until nobody needs that any more. */
  void drop(Key key) {
    tail.remove(key);
    dropped.add(key);
  }

  /** Reads a record, its header at 0 and its bytes behind that, and checks both. */
  Condition read(Key key, Extent extent, ByteBuffer into) throws IOException {
    if (extent.length() < 0
        || extent.length() >= PackFormat.SMALL
        || extent.offset() < PackFormat.HEADER_BYTES) {
      return Condition.MISPLACED;
    }
    into.clear().limit(PackFormat.HEADER_BYTES + extent.length());
    long start = extent.offset() - PackFormat.HEADER_BYTES;
    try {
      FullReads.fill(channel(), into, start);
    } catch (NoSuchFileException e) {
      return Condition.MISPLACED;
    }
    if (into.hasRemaining() || !PackFormat.isHeader(into, 0, key, extent.length())) {
      return Condition.MISPLACED;
    }
    byte[] bytes = into.array();
    int from = into.arrayOffset() + PackFormat.HEADER_BYTES;
    boolean same = Key.of(Digest.of(bytes, from, extent.length())).equals(key);
    return same ? Condition.SOUND : Condition.DAMAGED;
  }

  /** Writes the index of the known part, without what was dropped. */
  void writeIndex(Path indexFile) throws IOException {
    List<PackIndex.Entry> entries = new ArrayList<>(count());
    forEach((key, extent) -> entries.add(new PackIndex.Entry(key, extent)));
    entries.sort(Comparator.comparing(PackIndex.Entry::key));
    PackIndex.write(indexFile, end, entries);
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
