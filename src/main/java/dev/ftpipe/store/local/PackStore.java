package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import dev.ftpipe.store.pack.PackFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Small blobs, in packs. Safe for several threads and processes. */
final class PackStore {
  private static final ThreadLocal<byte[]> RECORD =
      ThreadLocal.withInitial(() -> new byte[PackFormat.HEADER_BYTES + PackFormat.SMALL]);

  private final StoreLayout layout;
  private final Consumer<String> notes;
  private final PackList list;
  private boolean listed;
  private @Nullable PackWriter writer;

  PackStore(StoreLayout layout, Consumer<String> notes) {
    this.layout = layout;
    this.notes = notes;
    this.list = new PackList(layout, notes);
  }

  /** Where a blob was found. */
  private record Found(Pack pack, Extent extent) {}

  /** The size of a blob, if it is there. */
  synchronized Optional<Integer> find(Digest digest) throws IOException {
    return locate(Key.of(digest), true).map(found -> found.extent().length());
  }

  private Optional<Found> locate(Key key, boolean lookAgain) throws IOException {
    if (!listed) {
      refresh();
    }
    Optional<Found> found = known(key);
    if (found.isEmpty() && lookAgain) {
      refresh();
      found = known(key);
    }
    return found;
  }

  private void refresh() throws IOException {
    list.refresh(writer == null ? null : writer.name());
    listed = true;
  }

  private Optional<Found> known(Key key) {
    if (writer != null) {
      Optional<Extent> extent = writer.pack().find(key);
      if (extent.isPresent()) {
        return Optional.of(new Found(writer.pack(), extent.get()));
      }
    }
    for (Collection<Pack> packs : List.of(list.sealed(), list.growing())) {
      for (Pack pack : packs) {
        Optional<Extent> extent = pack.find(key);
        if (extent.isPresent()) {
          return Optional.of(new Found(pack, extent.get()));
        }
      }
    }
    return Optional.empty();
  }

  /** The bytes of a blob, checked; valid until the same thread reads the next one. */
  Optional<ByteBuffer> read(Digest digest) throws IOException {
    Key key = Key.of(digest);
    ByteBuffer record = ByteBuffer.wrap(RECORD.get());
    // A second time, should a pack have been replaced or an index have been wrong.
    for (int attempt = 0; attempt < 2; attempt++) {
      Optional<Found> found = locateWritten(key);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      Extent extent = found.get().extent();
      switch (found.get().pack().read(key, extent, record)) {
        case SOUND -> {
          return Optional.of(record.position(PackFormat.HEADER_BYTES).slice());
        }
        case DAMAGED -> drop(key, found.get().pack(), digest);
        case MISPLACED -> misplaced(key, found.get().pack(), digest, attempt > 0);
      }
    }
    return Optional.empty();
  }

  private synchronized Optional<Found> locateWritten(Key key) throws IOException {
    Optional<Found> found = locate(key, true);
    if (found.isPresent()
        && writer != null
        && writer.pack().equals(found.get().pack())
        && !writer.isWritten(found.get().extent())) {
      writer.flush();
    }
    return found;
  }

  private synchronized void misplaced(Key key, Pack pack, Digest digest, boolean again)
      throws IOException {
    if (again || (writer != null && writer.pack().equals(pack))) {
      drop(key, pack, digest);
    } else {
      list.reopen(pack);
      refresh();
    }
  }

  private synchronized void drop(Key key, Pack pack, Digest digest) {
    pack.drop(key);
    notes.accept(
        "damaged cache object "
            + digest
            + " in "
            + pack.file()
            + ": its bytes have another digest; dropped, it is made again when needed");
  }

  /** Keeps a blob; it is with the operating system after the next {@link #flush}. */
  synchronized void add(Digest digest, byte[] bytes, int length) throws IOException {
    Key key = Key.of(digest);
    if (locate(key, false).isPresent()) {
      return;
    }
    PackWriter to = writer();
    if (to.full()) {
      to.seal();
      writer = null;
      refresh();
      to = writer();
    }
    to.add(key, bytes, length);
  }

  private PackWriter writer() throws IOException {
    PackWriter current = writer;
    if (current == null) {
      current = PackWriter.open(layout);
      writer = current;
      refresh();
    }
    return current;
  }

  synchronized void flush() {
    if (writer != null) {
      writer.flush();
    }
  }

  /** Lets go of all files; the next use opens them again. */
  synchronized void release() throws IOException {
    listed = false;
    list.persist();
    list.close();
    PackWriter last = writer;
    writer = null;
    if (last != null) {
      last.release();
    }
  }
}
