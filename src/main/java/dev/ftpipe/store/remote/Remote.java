package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.compress.CompressedObjects;
import dev.ftpipe.store.compress.Compression;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A store that several machines share. Every command asks it anew what it has. Stages that run side
 * by side may use it: one transfer at a time, each with as many requests at once as were asked for.
 */
public final class Remote implements Closeable {
  private static final int LARGEST_ENTRY = 64 << 20;

  private final ObjectStore place;
  private final ObjectStore objects;
  private final Path work;
  private final Consumer<String> notes;
  private final Workers workers;
  private final Transfer transfer = new Transfer();

  /**
   * A remote; nothing is asked yet.
   *
   * @param work a folder for indexes of packs and for packs on their way
   * @param jobs requests at once
   * @param notes hears of what is damaged there
   */
  public Remote(
      ObjectStore place, Compression compression, Path work, int jobs, Consumer<String> notes) {
    this.place = place;
    this.objects =
        new CompressedObjects(
            place,
            compression,
            RemoteLayout::isContent,
            new Outgoing(work.resolve("outgoing"))::next);
    this.work = work;
    this.notes = notes;
    this.workers = new Workers(jobs);
  }

  /** The place itself, for what is no content: the protocol of cloud runs. */
  public ObjectStore objects() {
    return place;
  }

  public String location() {
    return objects.location();
  }

  /** How far the transfer is that runs now. */
  public Transfer transfer() {
    return transfer;
  }

  private PackIndexes packs() {
    return new PackIndexes(objects, work.resolve("packs"), notes);
  }

  /** All that is there: for gc and verify. */
  public RemoteUpkeep upkeep() {
    return new RemoteUpkeep(
        objects, packs(), new Outgoing(work.resolve("outgoing")), workers, transfer, notes);
  }

  /** Sends what the remote lacks of the plan. */
  public synchronized PushReport push(Store local, PushPlan plan) throws IOException {
    if (!plan.actions().isEmpty()) {
      new ConditionalWrites(objects, work, notes).check();
    }
    return new Push(
            objects,
            local,
            packs(),
            new Outgoing(work.resolve("outgoing")),
            new Markers(objects, notes),
            workers,
            transfer)
        .run(plan);
  }

  /** Brings here what is not here of these blobs. */
  public synchronized FetchReport fetch(ContentStore content, Collection<Blob> blobs)
      throws IOException {
    List<Blob> missing = new ArrayList<>();
    for (Blob blob : blobs) {
      if (!content.contains(blob.digest(), blob.size())) {
        missing.add(blob);
      }
    }
    if (missing.isEmpty()) {
      return new FetchReport(blobs.size(), 0, 0, List.of(), List.of());
    }
    PackIndexes packs = packs();
    if (!missing.stream().allMatch(Presence::isLarge)) {
      packs.list();
    }
    FetchReport report = new Fetch(objects, content, packs, workers, transfer).run(missing);
    return report.absent().isEmpty() ? report : again(content, report, missing);
  }

  /** A gc may have moved blobs to another pack since the packs were listed. */
  private FetchReport again(ContentStore content, FetchReport first, List<Blob> missing)
      throws IOException {
    List<Blob> small = first.absent().stream().filter(blob -> !Presence.isLarge(blob)).toList();
    if (small.isEmpty()) {
      return first;
    }
    PackIndexes packs = packs();
    packs.list();
    FetchReport second = new Fetch(objects, content, packs, workers, transfer).run(small);
    List<Blob> absent = new ArrayList<>(second.absent());
    first.absent().stream().filter(Presence::isLarge).forEach(absent::add);
    List<Blob> damaged = new ArrayList<>(first.damaged());
    damaged.addAll(second.damaged());
    return new FetchReport(
        missing.size(), first.received() + second.received(), second.movedBytes(), absent, damaged);
  }

  /** The blobs of these digests with their sizes, as far as the remote has them. */
  public synchronized List<Blob> sized(Collection<Digest> digests) throws IOException {
    PackIndexes packs = packs();
    packs.list();
    List<Blob> blobs = new ArrayList<>();
    List<Digest> left = addPacked(packs, digests, blobs);
    for (Digest digest : List.copyOf(left)) {
      Optional<ObjectStore.Stored> large = objects.find(RemoteLayout.blob(digest));
      if (large.isPresent()) {
        blobs.add(new Blob(digest, large.get().size()));
        left.remove(digest);
      }
    }
    if (!left.isEmpty() && packs.hasUnknown()) {
      packs.fetchUnknown(workers);
      addPacked(packs, left, blobs);
    }
    return blobs;
  }

  private static List<Digest> addPacked(
      PackIndexes packs, Collection<Digest> digests, List<Blob> blobs) {
    List<Digest> left = new ArrayList<>();
    for (Digest digest : digests) {
      packs
          .find(digest)
          .ifPresentOrElse(
              found -> blobs.add(new Blob(digest, found.extent().length())),
              () -> left.add(digest));
    }
    return left;
  }

  /** Which of these the remote lacks. */
  public synchronized PushPlan missing(PushPlan plan) throws IOException {
    List<Blob> all = new ArrayList<>(plan.files());
    all.addAll(plan.trees());
    Presence presence = Presence.ask(objects, packs(), workers, all, plan.actions());
    return new PushPlan(
        plan.files().stream().filter(blob -> !presence.has(blob)).toList(),
        plan.trees().stream().filter(blob -> !presence.has(blob)).toList(),
        plan.actions().stream().filter(key -> !presence.has(key)).toList());
  }

  /** What somebody made with this key; empty when nobody did, or when the entry is damaged. */
  public Optional<ActionResult> action(ActionKey key) throws IOException {
    String name = RemoteLayout.action(key);
    Optional<byte[]> text = objects.read(name, LARGEST_ENTRY);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<ActionResult> result = CheckedText.parse(text.get(), ActionResult.class);
    if (result.isEmpty()) {
      result =
          objects
              .read(name, LARGEST_ENTRY)
              .flatMap(bytes -> CheckedText.parse(bytes, ActionResult.class));
    }
    if (result.isEmpty()) {
      notes.accept("damaged: " + objects.location() + name + "; passed over");
    }
    return result;
  }

  /** What stages at work have left there for their next attempt, on whatever machine. */
  public RemoteCheckpoints checkpoints() {
    return new RemoteCheckpoints(objects, notes);
  }

  /** The records of runs there. */
  public RemoteRuns runs() {
    return new RemoteRuns(objects, workers);
  }

  @Override
  public void close() {
    workers.close();
    objects.close();
  }
}
