package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.Json;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.Audit;
import dev.ftpipe.store.Damage;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import dev.ftpipe.store.pack.PackFormat;
import dev.ftpipe.store.pack.PackIndex;
import dev.ftpipe.store.remote.PackReads.Placed;
import dev.ftpipe.store.remote.PackReads.Read;
import dev.ftpipe.store.remote.RemoteAudit.WrongPack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;

/** Reads all that a remote has back, byte by byte, and changes nothing. */
final class RemoteCheck {
  private final ObjectStore objects;
  private final Holdings holdings;
  private final Workers workers;
  private final Transfer transfer;
  private final BiPredicate<ActionKey, String> required;
  private final List<Damage> damages = Collections.synchronizedList(new ArrayList<>());
  private final List<WrongPack> wrongPacks = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger sound = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  RemoteCheck(
      ObjectStore objects,
      Holdings holdings,
      Workers workers,
      Transfer transfer,
      BiPredicate<ActionKey, String> required) {
    this.objects = objects;
    this.holdings = holdings;
    this.workers = workers;
    this.transfer = transfer;
    this.required = required;
  }

  RemoteAudit run() throws IOException {
    holdings.blobs().values().forEach(each -> transfer.expect(each.size()));
    holdings.packs().values().forEach(each -> transfer.expect(each.size()));
    for (Map.Entry<Digest, Stored> each : holdings.blobs().entrySet()) {
      workers.submit(() -> checkBlob(each.getKey(), each.getValue()));
    }
    for (Map.Entry<String, Stored> each : holdings.packs().entrySet()) {
      workers.submit(() -> checkPack(each.getKey(), each.getValue()));
    }
    for (Map.Entry<ActionKey, Stored> each : holdings.entries().entrySet()) {
      workers.submit(() -> checkEntry(each.getKey(), each.getValue()));
    }
    workers.await();
    damages.sort(Comparator.comparing(Damage::place).thenComparing(Damage::what));
    return new RemoteAudit(new Audit(sound.get(), bytes.get(), damages), wrongPacks, holdings);
  }

  private void count(long size) {
    sound.incrementAndGet();
    bytes.addAndGet(size);
  }

  private String place(Stored stored) {
    return objects.location() + stored.key();
  }

  private void checkBlob(Digest digest, Stored stored) throws IOException {
    // A second time: what was wrong may have been the way, not the place.
    Optional<Digest> found = digestOf(stored);
    if (found.isPresent() && !found.get().equals(digest)) {
      found = digestOf(stored);
    }
    transfer.finishObject();
    if (found.isEmpty()) {
      // Dropped since it was listed; whether anybody needs it is asked elsewhere.
      return;
    }
    if (found.get().equals(digest)) {
      count(stored.size());
    } else {
      damages.add(
          Damage.ofBlob(
              place(stored), digest, "its bytes have the digest " + found.get().brief() + "…"));
    }
  }

  private Optional<Digest> digestOf(Stored stored) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    boolean there =
        objects.read(
            stored.key(),
            0,
            stored.size(),
            part -> {
              transfer.move(part.remaining());
              sha256.update(part);
            });
    return there ? Optional.of(Digest.finish(sha256)) : Optional.empty();
  }

  private void checkPack(String pack, Stored stored) throws IOException {
    Map<Key, Extent> right = new HashMap<>();
    Set<Key> wrong = new HashSet<>();
    PackStream stream =
        new PackStream(
            (key, extent, isSound) -> {
              if (isSound) {
                right.put(key, extent);
              } else {
                wrong.add(key);
              }
            });
    boolean there =
        objects.read(
            stored.key(),
            0,
            stored.size(),
            part -> {
              transfer.move(part.remaining());
              stream.accept(part);
            });
    transfer.finishObject();
    if (!there) {
      return;
    }
    boolean isIntact = stream.isWhole() && stream.digest().hex().equals(pack);
    Optional<PackIndex> index = holdings.index(pack);
    if (index.isPresent()) {
      checkAgainst(index.get(), pack, right, wrong);
    }
    right.values().forEach(extent -> count(extent.length()));
    boolean isUnfinished = index.isEmpty() && holdings.indexFiles(pack).isEmpty();
    if (isUnfinished && isIntact && wrong.isEmpty()) {
      // Of a push that goes on or was killed; a push of the same completes it, a gc drops it.
      return;
    }
    wrong.removeAll(right.keySet());
    for (Key key : wrong) {
      damages.add(
          Damage.ofBlob(
              place(stored),
              key.digest(),
              "blob " + key.digest().brief() + "… has bytes of another digest"));
    }
    boolean hasIndex = index.isPresent() && hasIndex(pack);
    if (!hasIndex) {
      damages.add(Damage.harmless(place(stored), "has no index that fits it"));
    } else if (!isIntact && wrong.isEmpty()) {
      damages.add(Damage.harmless(place(stored), "is not what it is named, but all its blobs are"));
    }
    if (!isIntact || !hasIndex || !wrong.isEmpty()) {
      List<Placed> kept = new ArrayList<>();
      right.forEach((key, extent) -> kept.add(PackMerge.placed(pack, key.digest(), extent)));
      wrongPacks.add(new WrongPack(pack, kept, wrong.stream().map(Key::digest).toList()));
    }
  }

  /** Whether the index is there, not only in our memory of it. */
  private boolean hasIndex(String pack) throws IOException {
    for (Stored stored : holdings.indexFiles(pack)) {
      Optional<byte[]> text = objects.read(stored.key(), PackIndexes.LARGEST_INDEX);
      Optional<RemoteLayout.IndexName> name = RemoteLayout.indexOf(stored.key());
      if (text.isPresent() && name.isPresent() && name.get().fits(Digest.of(text.get()))) {
        return true;
      }
    }
    return false;
  }

  /** What the index names and was not met on the way is looked for where the index says. */
  private void checkAgainst(PackIndex index, String pack, Map<Key, Extent> right, Set<Key> wrong)
      throws IOException {
    List<Placed> unseen = new ArrayList<>();
    index.forEach(
        (key, extent) -> {
          if (!extent.equals(right.get(key))) {
            unseen.add(PackMerge.placed(pack, key.digest(), extent));
          }
        });
    Stored stored = holdings.packs().get(pack);
    long length = stored == null ? 0 : stored.size();
    List<Placed> inside = unseen.stream().filter(each -> isInside(each, length)).toList();
    Set<Placed> sound = new HashSet<>();
    for (Read read : inside.isEmpty() ? List.<Read>of() : PackReads.plan(inside)) {
      sound.addAll(sound(read));
    }
    for (Placed each : unseen) {
      Key key = Key.of(each.blob().digest());
      if (sound.contains(each)) {
        right.put(key, each.location().extent());
      } else {
        wrong.add(key);
        right.remove(key);
      }
    }
  }

  private static boolean isInside(Placed placed, long length) {
    Extent extent = placed.location().extent();
    return extent.offset() >= PackFormat.HEADER_BYTES
        && extent.length() < PackFormat.SMALL
        && extent.end() <= length;
  }

  private List<Placed> sound(Read read) throws IOException {
    byte[] bytes = new byte[read.length()];
    ByteBuffer into = ByteBuffer.wrap(bytes);
    boolean there =
        objects.read(
            RemoteLayout.pack(read.pack()), read.offset(), read.length(), part -> into.put(part));
    return read.blobs().stream()
        .filter(each -> there && PackReads.isSound(bytes, read.at(each), each.blob()))
        .toList();
  }

  private void checkEntry(ActionKey key, Stored stored) throws IOException {
    Optional<byte[]> text = objects.read(stored.key(), RemoteUpkeep.LARGEST_ENTRY);
    if (text.isEmpty()) {
      return;
    }
    Optional<ActionResult> result = CheckedText.parse(text.get(), ActionResult.class);
    Optional<String> problem =
        result.isEmpty() ? Optional.of("cannot be read") : problem(key, result.get());
    if (problem.isPresent()) {
      damages.add(Damage.ofEntry(place(stored), key, problem.get()));
    } else {
      count(stored.size());
    }
  }

  private Optional<String> problem(ActionKey key, ActionResult result) {
    Digest ingredients = Digest.of(Json.canonical(result.ingredients()));
    if (!ingredients.equals(key.digest())) {
      return Optional.of("is the result of another key (" + ingredients.brief() + "…)");
    }
    for (Map.Entry<String, Artifact> output : result.outputs().entrySet()) {
      if (!holdings.has(output.getValue().digest()) && required.test(key, output.getKey())) {
        return Optional.of(
            "refers to "
                + output.getValue().digest().brief()
                + "… ("
                + output.getKey()
                + "), which is not there");
      }
    }
    return Optional.empty();
  }
}
