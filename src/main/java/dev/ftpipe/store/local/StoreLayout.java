package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import java.nio.file.Path;

/** Where things lie in a store's folder; no other class knows. */
record StoreLayout(Path root) {
  Path blob(Digest digest) {
    return root.resolve("cas/sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex().substring(2));
  }

  Path actions() {
    return root.resolve("actions");
  }

  Path action(ActionKey key) {
    return actions().resolve(key.hex().substring(0, 2)).resolve(key.hex().substring(2) + ".json");
  }

  /** On the same file system as the blobs, so that a finished file only has to be renamed. */
  Path temporary() {
    return root.resolve("tmp");
  }
}
