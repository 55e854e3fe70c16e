package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import dev.ftpipe.store.pack.PackIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All that a remote says it has. What is not of ftpipe's own naming is only counted. */
final class Holdings {
  private final PackIndexes indexes;
  private final Map<Digest, Stored> blobs = new TreeMap<>();
  private final Map<String, Stored> packs = new TreeMap<>();
  private final Map<String, List<Stored>> indexFiles = new TreeMap<>();
  private final Map<ActionKey, Stored> entries = new TreeMap<>();
  private final Map<Digest, Stored> receipts = new TreeMap<>();
  private int strangers;

  private Holdings(PackIndexes indexes) {
    this.indexes = indexes;
  }

  /** Lists everything, and reads the index of every pack. */
  static Holdings of(ObjectStore objects, PackIndexes indexes, Workers workers) throws IOException {
    Holdings holdings = new Holdings(indexes);
    objects.list(RemoteLayout.ACTIONS, holdings::addEntry);
    objects.list(RemoteLayout.RECEIPTS, holdings::addReceipt);
    objects.list(RemoteLayout.BLOBS, holdings::addBlob);
    objects.list(RemoteLayout.PACKS, holdings::addPack);
    indexes.list();
    indexes.fetchUnknown(workers);
    return holdings;
  }

  private void addEntry(Stored stored) {
    Optional<ActionKey> key = RemoteLayout.actionOf(stored.key());
    key.ifPresentOrElse(it -> entries.put(it, stored), () -> strangers++);
  }

  private void addReceipt(Stored stored) {
    Optional<Digest> name = RemoteLayout.receiptOf(stored.key());
    name.ifPresentOrElse(it -> receipts.put(it, stored), () -> strangers++);
  }

  private void addBlob(Stored stored) {
    Optional<Digest> digest = RemoteLayout.blobOf(stored.key());
    digest.ifPresentOrElse(it -> blobs.put(it, stored), () -> strangers++);
  }

  private void addPack(Stored stored) {
    Optional<String> pack = RemoteLayout.packOf(stored.key());
    Optional<RemoteLayout.IndexName> index = RemoteLayout.indexOf(stored.key());
    if (pack.isPresent()) {
      packs.put(pack.get(), stored);
    } else if (index.isPresent()) {
      indexFiles.computeIfAbsent(index.get().pack(), name -> new ArrayList<>()).add(stored);
    } else {
      strangers++;
    }
  }

  Map<Digest, Stored> blobs() {
    return blobs;
  }

  Map<String, Stored> packs() {
    return packs;
  }

  /** The index objects of a pack, which may be gone itself; one, unless something went wrong. */
  List<Stored> indexFiles(String pack) {
    return indexFiles.getOrDefault(pack, List.of());
  }

  /** Names of packs of which there is an index. */
  List<String> indexed() {
    return List.copyOf(indexFiles.keySet());
  }

  Optional<PackIndex> index(String pack) {
    return indexes.index(pack);
  }

  /** An index whose pack is not there. */
  Optional<PackIndex> stray(RemoteLayout.IndexName name) throws IOException {
    return indexes.stray(name);
  }

  Map<ActionKey, Stored> entries() {
    return entries;
  }

  Map<Digest, Stored> receipts() {
    return receipts;
  }

  /** Objects in our folders whose names are none of ours. */
  int strangers() {
    return strangers;
  }

  boolean has(Digest blob) {
    return blobs.containsKey(blob) || indexes.find(blob).isPresent();
  }
}
