package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.ObjectStore.Stored;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import dev.ftpipe.store.pack.PackIndex;
import dev.ftpipe.store.remote.PackReads.Placed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which packs of a remote stay, go, or are written anew. A blob that several packs have is kept in
 * one of them: first in those that stay in any case.
 */
final class PackSelection {
  /** A pack of which this part is not needed is worth the way of the rest, here and back. */
  private static final double WASTE = 0.25;

  private static final long SMALL_BYTES = 16 << 20;

  /** With more small packs than this, every reader pays for them. */
  private static final int MOST_SMALL = 8;

  /** A pack and the blobs of it that are kept. */
  record Part(String pack, long bytes, int blobs, List<Placed> kept) {
    private long keptBytes() {
      return kept.stream().mapToLong(placed -> placed.blob().size()).sum();
    }
  }

  private final Holdings holdings;
  private final Needed needed;
  private final Instant since;
  private final Set<Key> assigned = new HashSet<>();
  private final List<String> dropped = new ArrayList<>();
  private final List<Part> rewritten = new ArrayList<>();
  private final List<String> unindexed = new ArrayList<>();
  private final List<String> strayIndexes = new ArrayList<>();
  private int droppedBlobs;
  private long droppedBytes;
  private int keptBlobs;
  private long keptBytes;

  PackSelection(Holdings holdings, Needed needed, Instant since) {
    this.holdings = holdings;
    this.needed = needed;
    this.since = since;
  }

  void select() {
    List<Map.Entry<String, Stored>> old = new ArrayList<>();
    for (Map.Entry<String, Stored> each : holdings.packs().entrySet()) {
      Optional<PackIndex> index = holdings.index(each.getKey());
      boolean isOld = isOld(each.getKey(), each.getValue());
      if (index.isEmpty()) {
        // Of a push that was killed, or of one that goes on with what a killed one had sent.
        if (isOld && holdings.indexFiles(each.getKey()).isEmpty()) {
          unindexed.add(each.getKey());
        }
      } else if (isOld) {
        old.add(each);
      } else {
        index.get().forEach((key, extent) -> keep(key, extent));
      }
    }
    // Large packs first: what small ones have as well stays there.
    old.sort(
        Comparator.comparingLong((Map.Entry<String, Stored> each) -> -each.getValue().size())
            .thenComparing(Map.Entry::getKey));
    List<Part> small = new ArrayList<>();
    for (Map.Entry<String, Stored> each : old) {
      holdings.index(each.getKey()).ifPresent(index -> select(each.getKey(), index, small));
    }
    if (small.size() > MOST_SMALL) {
      rewritten.addAll(small);
    }
    selectStrayIndexes();
  }

  private void select(String pack, PackIndex index, List<Part> small) {
    List<Placed> kept = new ArrayList<>();
    long[] bytes = {0};
    index.forEach(
        (key, extent) -> {
          Digest digest = key.digest();
          bytes[0] += extent.length();
          if (needed.needs(digest) && keep(key, extent)) {
            kept.add(PackMerge.placed(pack, digest, extent));
          }
        });
    Part part = new Part(pack, bytes[0], index.count(), kept);
    if (kept.isEmpty()) {
      dropped.add(pack);
    } else if (part.bytes() - part.keptBytes() > WASTE * part.bytes()) {
      rewritten.add(part);
    } else {
      if (part.bytes() < SMALL_BYTES) {
        small.add(part);
      }
      keptBlobs += part.blobs() - kept.size();
      keptBytes += part.bytes() - part.keptBytes();
      return;
    }
    droppedBlobs += part.blobs() - kept.size();
    droppedBytes += part.bytes() - part.keptBytes();
  }

  private boolean keep(Key key, Extent extent) {
    boolean first = assigned.add(key);
    keptBlobs += first ? 1 : 0;
    keptBytes += first ? extent.length() : 0;
    return first;
  }

  private boolean isOld(String pack, Stored stored) {
    return stored.modified().isBefore(since)
        && holdings.indexFiles(pack).stream().allMatch(it -> it.modified().isBefore(since));
  }

  private void selectStrayIndexes() {
    for (String pack : holdings.indexed()) {
      if (!holdings.packs().containsKey(pack)) {
        holdings.indexFiles(pack).stream()
            .filter(each -> each.modified().isBefore(since))
            .forEach(each -> strayIndexes.add(each.key()));
      }
    }
  }

  /** Packs that go, whole. */
  List<String> dropped() {
    return dropped;
  }

  /** Packs that go when the blobs of them that are kept are elsewhere. */
  List<Part> rewritten() {
    return rewritten;
  }

  /** Old packs that have no index; what is in them is not known yet. */
  List<String> unindexed() {
    return unindexed;
  }

  /** Old indexes of packs that are not there. */
  List<String> strayIndexes() {
    return strayIndexes;
  }

  int droppedBlobs() {
    return droppedBlobs;
  }

  long droppedBytes() {
    return droppedBytes;
  }

  int keptBlobs() {
    return keptBlobs;
  }

  long keptBytes() {
    return keptBytes;
  }
}
