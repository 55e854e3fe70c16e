package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.FileSource;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.remote.RemoteLayout.IndexName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a remote lacks: files first, then what refers to them, then the entries, so that
 * nobody ever reads a reference to nothing. Small blobs go in packs, which are built of what is
 * missing, in the order of the plan: a push that follows a killed one builds the same packs and
 * goes on with their parts.
 */
final class Push {
  private final ObjectStore objects;
  private final Store local;
  private final PackIndexes packs;
  private final Outgoing outgoing;
  private final Markers markers;
  private final WholeSends whole;
  private final Workers workers;
  private final Transfer transfer;
  private final AtomicInteger sent = new AtomicInteger();
  private final List<Blob> absent = Collections.synchronizedList(new ArrayList<>());
  private final List<Blob> damaged = Collections.synchronizedList(new ArrayList<>());
  private @Nullable PackBuilder pack;
  private @Nullable Path packFile;

  Push(
      ObjectStore objects,
      Store local,
      PackIndexes packs,
      Outgoing outgoing,
      Markers markers,
      Workers workers,
      Transfer transfer) {
    this.objects = objects;
    this.local = local;
    this.packs = packs;
    this.outgoing = outgoing;
    this.markers = markers;
    this.whole = outgoing.wholeSends();
    this.workers = workers;
    this.transfer = transfer;
  }

  PushReport run(PushPlan plan) throws IOException {
    List<Blob> all = new ArrayList<>(plan.files());
    all.addAll(plan.trees());
    announce(plan);
    Presence before = Presence.ask(objects, packs, workers, all, plan.actions());
    List<Blob> files = plan.files().stream().filter(blob -> !before.has(blob)).toList();
    List<Blob> trees = plan.trees().stream().filter(blob -> !before.has(blob)).toList();
    List<ActionKey> actions = plan.actions().stream().filter(key -> !before.has(key)).toList();
    if (files.isEmpty() && trees.isEmpty() && actions.isEmpty()) {
      return report(plan, plan.size());
    }
    files.forEach(blob -> transfer.expect(blob.size()));
    trees.forEach(blob -> transfer.expect(blob.size()));
    try {
      send(files);
      workers.await();
      send(trees);
      // The last pack may hold files and trees: it appears as a whole.
      endPack();
      workers.await();
    } finally {
      dropPack();
    }
    if (absent.isEmpty() && damaged.isEmpty()) {
      sendActions(actions);
      workers.await();
    }
    Presence after = Presence.ask(objects, packs, workers, all, plan.actions());
    long verified =
        all.stream().filter(after::has).count()
            + plan.actions().stream().filter(after::has).count();
    return report(plan, (int) verified);
  }

  /** Before anything is asked: what is there from here on stays there, see {@link Markers}. */
  private void announce(PushPlan plan) throws IOException {
    if (!plan.roots().isEmpty() || !plan.actions().isEmpty()) {
      byte[] receipt = Receipt.of(plan).bytes();
      objects.write(RemoteLayout.receipt(Digest.of(receipt)), receipt);
      markers.await();
    }
  }

  private PushReport report(PushPlan plan, int verified) {
    return new PushReport(plan.size(), verified, sent.get(), transfer.moved(), absent, damaged);
  }

  private void send(List<Blob> blobs) throws IOException {
    for (Blob blob : blobs) {
      if (Presence.isLarge(blob)) {
        sendLarge(blob);
      } else {
        addToPack(blob);
      }
    }
  }

  private void sendLarge(Blob blob) throws IOException {
    Optional<Path> file = local.content().file(blob.digest(), blob.size());
    if (file.isEmpty()) {
      absent.add(blob);
      return;
    }
    ObjectStore.Source source = new FileSource(file.get(), blob.size());
    new ObjectUpload(
            blob.digest(),
            source,
            objects.upload(RemoteLayout.blob(blob.digest()), source),
            transfer,
            found -> damaged.add(blob),
            () -> {
              sent.incrementAndGet();
              transfer.finishObject();
            })
        .submitTo(workers, whole);
  }

  private void addToPack(Blob blob) throws IOException {
    Optional<byte[]> bytes = local.content().read(blob.digest());
    if (bytes.isEmpty()) {
      absent.add(blob);
      return;
    }
    PackBuilder builder = pack;
    if (builder == null) {
      packFile = outgoing.next();
      builder = new PackBuilder(packFile);
      pack = builder;
    }
    builder.add(blob.digest(), bytes.get());
    sent.incrementAndGet();
    transfer.finishObject();
    if (builder.isFull()) {
      endPack();
    }
  }

  private void endPack() throws IOException {
    PackBuilder builder = pack;
    Path file = packFile;
    if (builder == null || file == null) {
      return;
    }
    Digest name = builder.finish(packs);
    pack = null;
    packFile = null;
    ObjectStore.Source source = FileSource.of(file);
    new ObjectUpload(
            name,
            source,
            objects.upload(RemoteLayout.pack(name.hex()), source),
            transfer,
            found -> {
              throw new IllegalStateException("a pack changed while it was sent");
            },
            () -> endPack(name, file))
        .submitTo(workers, whole);
  }

  /** The pack is there: so may be its index. */
  private void endPack(Digest name, Path file) throws IOException {
    byte[] index = Files.readAllBytes(packs.file(name.hex()));
    objects.write(IndexName.of(name, Digest.of(index)).key(), index);
    transfer.move(index.length);
    Files.deleteIfExists(file);
  }

  private void dropPack() throws IOException {
    if (pack != null) {
      pack.close();
    }
    if (packFile != null) {
      Files.deleteIfExists(packFile);
    }
  }

  private void sendActions(List<ActionKey> keys) throws IOException {
    for (ActionKey key : keys) {
      Optional<ActionResult> result = local.actions().find(key);
      if (result.isPresent()) {
        workers.submit(
            () -> {
              byte[] text = CheckedText.of(result.get());
              // Another machine's entry for the same key is as good as ours.
              objects.writeIfAbsent(RemoteLayout.action(key), text);
              transfer.move(text.length);
              sent.incrementAndGet();
            });
      }
    }
  }
}
