package dev.ftpipe.store.remote;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import dev.ftpipe.store.pack.PackIndex;
import dev.ftpipe.store.remote.RemoteLayout.IndexName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the packs of a remote hold. Which packs there are is what the remote's listing says, each
 * time; the index of a pack never changes, so it is kept here once it is known.
 */
final class PackIndexes {
  static final int LARGEST_INDEX = 1 << 28;

  /** Where a small blob is. */
  record Location(String pack, Extent extent) {}

  private record Known(String pack, PackIndex index) {}

  private final ObjectStore objects;
  private final Path folder;
  private final Consumer<String> notes;
  private final Map<String, Long> packs = new LinkedHashMap<>();
  private final Map<String, IndexName> unknown = new LinkedHashMap<>();
  private final List<Known> known = new ArrayList<>();

  /**
   * Packs of a remote.
   *
   * @param folder where indexes are kept
   */
  PackIndexes(ObjectStore objects, Path folder, Consumer<String> notes) {
    this.objects = objects;
    this.folder = folder;
    this.notes = notes;
  }

  /** Asks which packs there are. */
  void list() throws IOException {
    packs.clear();
    unknown.clear();
    known.clear();
    Map<String, IndexName> indexes = new HashMap<>();
    objects.list(
        RemoteLayout.PACKS,
        (Stored stored) -> {
          RemoteLayout.packOf(stored.key()).ifPresent(name -> packs.put(name, stored.size()));
          RemoteLayout.indexOf(stored.key()).ifPresent(name -> indexes.put(name.pack(), name));
        });
    for (String pack : packs.keySet()) {
      IndexName name = indexes.get(pack);
      // A pack without an index is of a push that goes on or was killed: nobody refers to it yet.
      if (name != null && !use(pack)) {
        unknown.put(pack, name);
      }
    }
  }

  private boolean use(String pack) throws IOException {
    Optional<PackIndex> index = PackIndex.open(file(pack));
    Long size = packs.get(pack);
    if (index.isEmpty() || size == null) {
      return false;
    }
    if (index.get().packLength() == size) {
      known.add(new Known(pack, index.get()));
    } else {
      notes.accept(
          "pack "
              + objects.location()
              + RemoteLayout.pack(pack)
              + " has "
              + size
              + " bytes instead of "
              + index.get().packLength()
              + "; it counts as absent");
    }
    return true;
  }

  Path file(String pack) {
    return folder.resolve(pack + ".idx");
  }

  /** Packs by name, with their sizes. */
  Map<String, Long> packs() {
    return packs;
  }

  boolean hasUnknown() {
    return !unknown.isEmpty();
  }

  /** Fetches the indexes that are not known yet. */
  void fetchUnknown(Workers workers) throws IOException {
    List<IndexName> wanted = List.copyOf(unknown.values());
    unknown.clear();
    for (IndexName name : wanted) {
      workers.submit(() -> fetch(name));
    }
    workers.await();
    for (IndexName name : wanted) {
      use(name.pack());
    }
  }

  private void fetch(IndexName name) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Optional<byte[]> bytes = objects.read(name.key(), LARGEST_INDEX);
      if (bytes.isEmpty()) {
        return;
      }
      if (name.fits(Digest.of(bytes.get()))) {
        AtomicFiles.write(file(name.pack()), bytes.get());
        return;
      }
      if (attempt == 2) {
        notes.accept("damaged: " + objects.location() + name.key() + "; its pack is passed over");
        return;
      }
    }
  }

  /** An index whose pack is not there. */
  Optional<PackIndex> stray(IndexName name) throws IOException {
    fetch(name);
    return PackIndex.open(file(name.pack()));
  }

  /** The index of a pack, if it is known. */
  Optional<PackIndex> index(String pack) {
    return known.stream().filter(it -> it.pack().equals(pack)).map(Known::index).findFirst();
  }

  /** Where the blob is, as far as the indexes are known. */
  Optional<Location> find(Digest digest) {
    Key key = Key.of(digest);
    for (Known each : known) {
      Optional<Extent> extent = each.index().find(key);
      if (extent.isPresent()) {
        return Optional.of(new Location(each.pack(), extent.get()));
      }
    }
    return Optional.empty();
  }
}
