package dev.ftpipe.run;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.collect.Reach;
import java.io.IOException;
import java.util.Optional;

/** Entries and trees as far as the cache has them. */
record LocalSource(Store store) implements Reach.Source {
  @Override
  public Optional<ActionResult> entry(ActionKey key) throws IOException {
    return store.actions().find(key);
  }

  @Override
  public Optional<byte[]> tree(Digest digest) throws IOException {
    return store.content().read(digest);
  }
}
