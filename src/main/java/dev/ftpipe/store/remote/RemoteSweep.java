package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import dev.ftpipe.store.Swept;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What of a remote goes, and its going: entries first, then blobs, then packs. */
final class RemoteSweep {
  /** More entries than this are counted and not named. */
  private static final int MOST_NAMED = 1000;

  private final ObjectStore objects;
  private final Holdings holdings;
  private final Needed needed;
  private final Instant since;
  private final AbandonedCheckpoints checkpoints;
  private final Workers workers;
  private final List<String> entries = new ArrayList<>();
  private final List<Swept.Result> results = Collections.synchronizedList(new ArrayList<>());
  private final List<String> blobs = new ArrayList<>();
  private final List<String> rest = new ArrayList<>();
  private final PackSelection packs;
  private int droppedBlobs;
  private long droppedBytes;
  private int keptBlobs;
  private long keptBytes;

  RemoteSweep(
      ObjectStore objects,
      Holdings holdings,
      Needed needed,
      Instant since,
      AbandonedCheckpoints checkpoints,
      Workers workers) {
    this.objects = objects;
    this.holdings = holdings;
    this.needed = needed;
    this.since = since;
    this.checkpoints = checkpoints;
    this.workers = workers;
    this.packs = new PackSelection(holdings, needed, since);
  }

  Swept survey() throws IOException {
    selectEntries();
    selectBlobs();
    packs.select();
    holdings
        .receipts()
        .forEach(
            (name, stored) -> {
              if (isOld(stored)) {
                rest.add(stored.key());
              }
            });
    results.sort(Comparator.comparing(Swept.Result::stored).thenComparing(Swept.Result::key));
    return new Swept(
        results,
        checkpoints.stages(),
        droppedBlobs + packs.droppedBlobs(),
        droppedBytes + packs.droppedBytes() + checkpoints.bytes(),
        keptBlobs + packs.keptBlobs(),
        keptBytes + packs.keptBytes());
  }

  /** Drops it; nothing is removed before what replaces it is there. */
  Swept run(Tenure tenure, PackMerge merge) throws IOException {
    Swept swept = survey();
    tenure.confirm();
    objects.delete(entries);
    tenure.confirm();
    objects.delete(blobs);
    try (merge) {
      List<String> replaced = new ArrayList<>();
      for (PackSelection.Part part : packs.rewritten()) {
        tenure.confirm();
        if (merge.add(part.kept())) {
          replaced.add(part.pack());
        }
      }
      merge.end();
      for (String pack : packs.dropped()) {
        drop(pack, tenure);
      }
      for (String pack : replaced) {
        if (!merge.made(pack)) {
          drop(pack, tenure);
        }
      }
    }
    for (String pack : packs.unindexed()) {
      dropUnlessNeeded(pack, tenure);
    }
    for (String index : packs.strayIndexes()) {
      if (!isIndexOfNeeded(index)) {
        tenure.confirm();
        objects.delete(List.of(index));
      }
    }
    tenure.confirm();
    objects.delete(checkpoints.keys());
    objects.delete(rest);
    return swept;
  }

  // A push that is at work now may be about to complete what a killed one has left.
  private void dropUnlessNeeded(String pack, Tenure tenure) throws IOException {
    Stored stored = holdings.packs().get(pack);
    if (stored == null) {
      return;
    }
    boolean[] isNeeded = {false};
    PackStream stream =
        new PackStream((key, extent, sound) -> isNeeded[0] |= needed.needs(key.digest()));
    objects.read(stored.key(), 0, stored.size(), stream);
    if (!isNeeded[0]) {
      tenure.confirm();
      objects.delete(List.of(stored.key()));
    }
  }

  private boolean isIndexOfNeeded(String key) throws IOException {
    Optional<RemoteLayout.IndexName> name = RemoteLayout.indexOf(key);
    boolean[] isNeeded = {false};
    if (name.isPresent()) {
      holdings
          .stray(name.get())
          .ifPresent(
              index -> index.forEach((blob, extent) -> isNeeded[0] |= needed.needs(blob.digest())));
    }
    return isNeeded[0];
  }

  /** The index first: a pack without one is nobody's. */
  private void drop(String pack, Tenure tenure) throws IOException {
    tenure.confirm();
    objects.delete(holdings.indexFiles(pack).stream().map(Stored::key).toList());
    objects.delete(List.of(RemoteLayout.pack(pack)));
  }

  private boolean isOld(Stored stored) {
    return stored.modified().isBefore(since);
  }

  private void selectEntries() throws IOException {
    for (Map.Entry<ActionKey, Stored> each : holdings.entries().entrySet()) {
      if (isOld(each.getValue()) && !needed.needs(each.getKey())) {
        entries.add(each.getValue().key());
        if (entries.size() <= MOST_NAMED) {
          workers.submit(() -> results.add(result(each.getKey(), each.getValue())));
        } else {
          results.add(new Swept.Result(each.getKey(), List.of(), each.getValue().modified()));
        }
      }
    }
    workers.await();
  }

  private Swept.Result result(ActionKey key, Stored stored) throws IOException {
    Optional<List<String>> outputs =
        objects
            .read(stored.key(), RemoteUpkeep.LARGEST_ENTRY)
            .flatMap(text -> CheckedText.parse(text, ActionResult.class))
            .map(found -> List.copyOf(found.outputs().keySet()));
    return new Swept.Result(key, outputs.orElse(List.of()), stored.modified());
  }

  private void selectBlobs() {
    for (Map.Entry<Digest, Stored> each : holdings.blobs().entrySet()) {
      long size = each.getValue().size();
      if (isOld(each.getValue()) && !needed.needs(each.getKey())) {
        blobs.add(each.getValue().key());
        droppedBlobs++;
        droppedBytes += size;
      } else {
        keptBlobs++;
        keptBytes += size;
      }
    }
  }
}
