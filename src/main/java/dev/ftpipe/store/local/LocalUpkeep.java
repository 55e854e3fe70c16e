package dev.ftpipe.store.local;

import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Audit;
import dev.ftpipe.store.Damage;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.Swept;
import dev.ftpipe.store.Upkeep;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Checks and cleans the store in a folder: large blobs, packs, and entries. */
final class LocalUpkeep implements Upkeep {
  private final BlobUpkeep blobs;
  private final PackUpkeep packs;
  private final EntryUpkeep entries;
  private final Leftovers leftovers;

  LocalUpkeep(StoreLayout layout, Consumer<String> notes) {
    this.blobs = new BlobUpkeep(layout);
    this.packs = new PackUpkeep(layout, notes);
    this.entries = new EntryUpkeep(layout);
    this.leftovers = new Leftovers(layout);
  }

  @Override
  public Audit audit(LongConsumer read) throws IOException {
    AuditTally tally = new AuditTally(read);
    blobs.audit(tally);
    packs.audit(tally);
    entries.audit(tally);
    return tally.end();
  }

  @Override
  public void discard(Collection<Damage> damages) throws IOException {
    blobs.discard(damages);
    packs.discard(damages);
    entries.discard(damages);
  }

  @Override
  public List<ActionKey> entriesSince(Instant moment) throws IOException {
    return entries.since(moment);
  }

  @Override
  public Swept survey(Needed needed, Instant since) throws IOException {
    SweepTally tally = new SweepTally(needed, since);
    entries.garbage(tally);
    blobs.garbage(tally);
    packs.survey(tally);
    return tally.end();
  }

  @Override
  public Swept sweep(Needed needed, Instant since) throws IOException {
    SweepTally tally = new SweepTally(needed, since);
    // Entries first: nobody is to find one that refers to what is gone.
    entries.drop(entries.garbage(tally));
    blobs.drop(new ArrayList<>(blobs.garbage(tally)));
    packs.sweep(tally);
    leftovers.remove(needed);
    return tally.end();
  }
}
