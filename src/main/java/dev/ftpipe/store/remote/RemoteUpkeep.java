package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.Swept;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/** Checks and cleans a remote as a whole, while others push to it and fetch from it. */
public final class RemoteUpkeep {
  static final int LARGEST_ENTRY = 64 << 20;

  /** Far longer than an object stands that is removed at once. */
  private static final Duration MOMENT = Duration.ofHours(1);

  private final ObjectStore objects;
  private final PackIndexes indexes;
  private final Outgoing outgoing;
  private final Workers workers;
  private final Transfer transfer;
  private final Consumer<String> notes;

  RemoteUpkeep(
      ObjectStore objects,
      PackIndexes indexes,
      Outgoing outgoing,
      Workers workers,
      Transfer transfer,
      Consumer<String> notes) {
    this.objects = objects;
    this.indexes = indexes;
    this.outgoing = outgoing;
    this.workers = workers;
    this.transfer = transfer;
    this.notes = notes;
  }

  /** Says what is needed, beside what was pushed recently. */
  public interface Keeping {
    Needed needed(Recent recent) throws IOException;
  }

  /** Whether the remote has some blobs and entries, as of now. */
  public Needed contents() throws IOException {
    Holdings holdings = holdings();
    return new Needed() {
      @Override
      public boolean needs(Digest blob) {
        return holdings.has(blob);
      }

      @Override
      public boolean needs(ActionKey entry) {
        return holdings.entries().containsKey(entry);
      }
    };
  }

  private Holdings holdings() throws IOException {
    return Holdings.of(objects, indexes, workers);
  }

  /**
   * What {@link #sweep} would drop.
   *
   * @param grace how long anything stays, needed or not
   */
  public Swept survey(Duration grace, Keeping keeping) throws IOException {
    Holdings holdings = holdings();
    Instant now = Instant.now();
    Instant since = since(now, grace);
    Needed needed = keeping.needed(recent(holdings, since));
    return new RemoteSweep(
            objects, holdings, needed, since, AbandonedCheckpoints.of(objects, now, grace), workers)
        .survey();
  }

  /** With no grace, what was written a moment ago goes, too. */
  private static Instant since(Instant now, Duration grace) {
    return grace.isZero() ? Instant.MAX : now.minus(grace);
  }

  /**
   * Drops what nobody needs; packs of which little is needed, and many small packs, are written
   * anew. What a push relies on that is at work at the same time stays, see {@link Markers}.
   *
   * @param grace longer than a push takes, unless nobody pushes
   * @throws dev.ftpipe.base.FtpipeException of the environment, while another gc is at work
   */
  public Swept sweep(Duration grace, Keeping keeping) throws IOException {
    try (Tenure tenure = Tenure.take(objects, notes)) {
      Instant since = since(tenure.moment(), grace);
      Holdings holdings = holdings();
      Needed needed = keeping.needed(recent(holdings, since));
      RemoteSweep sweep =
          new RemoteSweep(
              objects,
              holdings,
              needed,
              since,
              AbandonedCheckpoints.of(objects, tenure.moment(), grace),
              workers);
      Swept swept =
          sweep.run(tenure, new PackMerge(objects, indexes, outgoing, workers, transfer, notes));
      dropLeftovers(tenure.moment(), grace);
      return swept;
    }
  }

  /** What killed processes have left and nobody goes on with. */
  private void dropLeftovers(Instant now, Duration grace) throws IOException {
    objects.dropUnfinished("", Math.toIntExact(Math.max(1, grace.toHours())));
    Instant limit = now.minus(MOMENT);
    List<String> old = new ArrayList<>();
    for (String prefix : List.of(RemoteLayout.TEMPORARY, RemoteLayout.MARKERS)) {
      objects.list(
          prefix,
          each -> {
            if (RemoteLayout.isMomentary(each.key()) && each.modified().isBefore(limit)) {
              old.add(each.key());
            }
          });
    }
    objects.delete(old);
    outgoing.clean();
  }

  /**
   * Reads everything back, every byte, and changes nothing.
   *
   * @param required whether an output of an entry has to be there: who pushes an entry leaves out
   *     what the pipeline keeps in no cache
   */
  public RemoteAudit audit(BiPredicate<ActionKey, String> required) throws IOException {
    return new RemoteCheck(objects, holdings(), workers, transfer, required).run();
  }

  /**
   * Drops what is damaged; what is right in a damaged pack, or in the cache, takes its place.
   *
   * @return large blobs that were dropped, to be pushed again
   * @throws dev.ftpipe.base.FtpipeException of the environment, while a gc is at work
   */
  public List<Digest> mend(Store local, RemoteAudit audit) throws IOException {
    try (Tenure tenure = Tenure.take(objects, notes)) {
      return new RemoteMend(objects, local, tenure)
          .run(audit, new PackMerge(objects, indexes, outgoing, workers, transfer, notes));
    }
  }

  private Recent recent(Holdings holdings, Instant since) throws IOException {
    List<Artifact> contents = Collections.synchronizedList(new ArrayList<>());
    List<ActionKey> entries = Collections.synchronizedList(new ArrayList<>());
    holdings
        .entries()
        .forEach(
            (key, stored) -> {
              if (!stored.modified().isBefore(since)) {
                entries.add(key);
              }
            });
    for (Map.Entry<Digest, Stored> each : holdings.receipts().entrySet()) {
      if (!each.getValue().modified().isBefore(since)) {
        workers.submit(
            () -> {
              Optional<Receipt> receipt = receipt(each.getKey(), each.getValue());
              receipt.ifPresent(it -> contents.addAll(it.contents()));
              receipt.ifPresent(it -> entries.addAll(it.entries()));
            });
      }
    }
    workers.await();
    return new Recent(contents, entries);
  }

  private Optional<Receipt> receipt(Digest name, Stored stored) throws IOException {
    Optional<byte[]> bytes = objects.read(stored.key(), Receipt.LARGEST);
    Optional<Receipt> receipt = bytes.flatMap(it -> Receipt.parse(name, it));
    if (bytes.isPresent() && receipt.isEmpty()) {
      notes.accept("damaged: " + objects.location() + stored.key() + "; passed over");
    }
    return receipt;
  }

  /** The entries of these keys, as far as there are any. */
  public Map<ActionKey, ActionResult> entries(Collection<ActionKey> keys) throws IOException {
    Map<ActionKey, ActionResult> found = new ConcurrentHashMap<>();
    for (ActionKey key : keys) {
      workers.submit(
          () ->
              objects
                  .read(RemoteLayout.action(key), LARGEST_ENTRY)
                  .flatMap(text -> CheckedText.parse(text, ActionResult.class))
                  .ifPresent(result -> found.put(key, result)));
    }
    workers.await();
    return found;
  }
}
