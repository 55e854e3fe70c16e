package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Damage;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Stored;
import dev.ftpipe.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a remote right again: what is right in a damaged pack moves to a new one, what is damaged
 * is dropped, and replaced from the cache where that has it.
 */
final class RemoteMend {
  private final ObjectStore objects;
  private final Store local;
  private final Tenure tenure;

  RemoteMend(ObjectStore objects, Store local, Tenure tenure) {
    this.objects = objects;
    this.local = local;
    this.tenure = tenure;
  }

  /**
   * Does it.
   *
   * @return large blobs that were dropped, to be pushed again
   */
  List<Digest> run(RemoteAudit audit, PackMerge merge) throws IOException {
    mendPacks(audit, merge);
    List<Digest> dropped = new ArrayList<>();
    for (Damage damage : audit.audit().damages()) {
      tenure.confirm();
      if (damage.blob().isPresent()) {
        Stored stored = audit.holdings().blobs().get(damage.blob().get());
        if (stored != null && damage.place().endsWith(stored.key())) {
          objects.delete(List.of(stored.key()));
          dropped.add(damage.blob().get());
        }
      }
      if (damage.entry().isPresent()) {
        mendEntry(damage.entry().get());
      }
    }
    return dropped;
  }

  private void mendPacks(RemoteAudit audit, PackMerge merge) throws IOException {
    Set<Digest> saved = new HashSet<>();
    try (merge) {
      for (RemoteAudit.WrongPack each : audit.packs()) {
        tenure.confirm();
        merge.add(each.sound().stream().filter(blob -> saved.add(blob.blob().digest())).toList());
        for (Digest digest : each.damaged()) {
          Optional<byte[]> bytes = local.content().read(digest);
          if (bytes.isPresent() && saved.add(digest)) {
            merge.add(digest, bytes.get());
          }
        }
      }
      merge.end();
      for (RemoteAudit.WrongPack each : audit.packs()) {
        if (!merge.made(each.pack())) {
          tenure.confirm();
          List<String> gone = new ArrayList<>();
          audit.holdings().indexFiles(each.pack()).forEach(index -> gone.add(index.key()));
          gone.add(RemoteLayout.pack(each.pack()));
          objects.delete(gone);
        }
      }
    }
  }

  private void mendEntry(ActionKey key) throws IOException {
    Optional<ActionResult> result = local.actions().find(key);
    if (result.isPresent()) {
      objects.write(RemoteLayout.action(key), CheckedText.of(result.get()));
    } else {
      objects.delete(List.of(RemoteLayout.action(key)));
    }
  }
}
