package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import java.nio.file.Path;

/** Where things lie in a store's folder; no other class knows. */
record StoreLayout(Path root) {
  static final String PACK = ".pack";
  static final String INDEX = ".idx";
  static final String LOCK = ".lock";

  /** Large blobs, in folders named by the first two digits of their digests. */
  Path blobs() {
    return root.resolve("cas/sha256");
  }

  Path blob(Digest digest) {
    return blobs().resolve(digest.hex().substring(0, 2)).resolve(digest.hex().substring(2));
  }

  /** Sealed packs, each named by the digest of its bytes. */
  Path packs() {
    return root.resolve("packs");
  }

  Path sealedPack(String name) {
    return packs().resolve(name + PACK);
  }

  Path sealedIndex(String name) {
    return packs().resolve("index").resolve(name + INDEX);
  }

  /** Packs that still grow, each with a lock while a process writes to it. */
  Path openPacks() {
    return packs().resolve("open");
  }

  Path openPack(String name) {
    return openPacks().resolve(name + PACK);
  }

  /** The index of an open pack, as far as it had grown when its last writer ended. */
  Path openIndex(String name) {
    return openPacks().resolve(name + INDEX);
  }

  Path openLock(String name) {
    return openPacks().resolve(name + LOCK);
  }

  Path actions() {
    return root.resolve("actions");
  }

  Path action(ActionKey key) {
    return actions().resolve(key.hex().substring(0, 2)).resolve(key.hex().substring(2) + ".json");
  }

  /** Blobs of a remote that are on their way here. */
  Path incoming() {
    return root.resolve("incoming");
  }

  /** On the same file system as the blobs, so that a finished file only has to be renamed. */
  Path temporary() {
    return root.resolve("tmp");
  }
}
