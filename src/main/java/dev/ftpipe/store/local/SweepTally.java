package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.Swept;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Decides what a sweep drops, and counts it. */
final class SweepTally {
  private final Needed needed;
  private final Instant since;
  private final List<Swept.Result> results = new ArrayList<>();
  private int blobs;
  private long bytes;
  private int keptBlobs;
  private long keptBytes;

  SweepTally(Needed needed, Instant since) {
    this.needed = needed;
    this.since = since;
  }

  /** Whether a blob goes; counts it either way. */
  boolean drops(Digest digest, long size, Instant stored) {
    boolean drops = !needed.needs(digest) && stored.isBefore(since);
    blobs += drops ? 1 : 0;
    bytes += drops ? size : 0;
    keptBlobs += drops ? 0 : 1;
    keptBytes += drops ? 0 : size;
    return drops;
  }

  /** Whether an entry goes. */
  boolean drops(ActionKey key, Instant stored) {
    return !needed.needs(key) && stored.isBefore(since);
  }

  void add(Swept.Result result) {
    results.add(result);
  }

  Swept end() {
    results.sort(Comparator.comparing(Swept.Result::stored).thenComparing(Swept.Result::key));
    return new Swept(results, 0, blobs, bytes, keptBlobs, keptBytes);
  }
}
