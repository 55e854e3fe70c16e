package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.pack.PackFormat;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a remote says it has of some blobs and actions; asked anew by every command. */
final class Presence {
  /** With more questions than this, listing all there is takes fewer requests. */
  private static final int MOST_QUESTIONS = 200;

  private final PackIndexes packs;
  private final Map<Digest, Long> large = new ConcurrentHashMap<>();
  private final Set<ActionKey> actions = ConcurrentHashMap.newKeySet();

  private Presence(PackIndexes packs) {
    this.packs = packs;
  }

  static boolean isLarge(Blob blob) {
    return blob.size() >= PackFormat.SMALL;
  }

  /** Asks for all at once. */
  static Presence ask(
      ObjectStore objects,
      PackIndexes packs,
      Workers workers,
      Collection<Blob> blobs,
      Collection<ActionKey> actions)
      throws IOException {
    Presence presence = new Presence(packs);
    workers.submit(packs::list);
    List<Blob> large = blobs.stream().filter(Presence::isLarge).toList();
    if (large.size() > MOST_QUESTIONS) {
      workers.submit(() -> presence.listBlobs(objects, large));
    } else {
      for (Blob blob : large) {
        workers.submit(
            () ->
                objects
                    .find(RemoteLayout.blob(blob.digest()))
                    .ifPresent(found -> presence.large.put(blob.digest(), found.size())));
      }
    }
    if (actions.size() > MOST_QUESTIONS) {
      workers.submit(() -> presence.listActions(objects, actions));
    } else {
      for (ActionKey key : actions) {
        workers.submit(
            () ->
                objects
                    .find(RemoteLayout.action(key))
                    .ifPresent(found -> presence.actions.add(key)));
      }
    }
    workers.await();
    if (packs.hasUnknown() && !blobs.stream().allMatch(presence::has)) {
      packs.fetchUnknown(workers);
    }
    return presence;
  }

  private void listBlobs(ObjectStore objects, Collection<Blob> wanted) throws IOException {
    Set<Digest> digests = new HashSet<>();
    wanted.forEach(blob -> digests.add(blob.digest()));
    objects.list(
        RemoteLayout.BLOBS,
        stored ->
            RemoteLayout.blobOf(stored.key())
                .filter(digests::contains)
                .ifPresent(digest -> large.put(digest, stored.size())));
  }

  private void listActions(ObjectStore objects, Collection<ActionKey> wanted) throws IOException {
    Set<ActionKey> keys = new HashSet<>(wanted);
    objects.list(
        RemoteLayout.ACTIONS,
        stored ->
            RemoteLayout.actionOf(stored.key()).filter(keys::contains).ifPresent(actions::add));
  }

  boolean has(Blob blob) {
    if (isLarge(blob)) {
      Long size = large.get(blob.digest());
      return size != null && size == blob.size();
    }
    return packs
        .find(blob.digest())
        .filter(found -> found.extent().length() == blob.size())
        .isPresent();
  }

  boolean has(ActionKey key) {
    return actions.contains(key);
  }
}
