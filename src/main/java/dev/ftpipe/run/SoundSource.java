package dev.ftpipe.run;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.collect.Reach;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * A source without the blobs that are known to be damaged: a store that is asked for one would drop
 * it, and whoever only looks changes nothing.
 */
record SoundSource(Reach.Source source, Set<Digest> damaged) implements Reach.Source {
  @Override
  public Optional<ActionResult> entry(ActionKey key) throws IOException {
    return source.entry(key);
  }

  @Override
  public Optional<byte[]> tree(Digest digest) throws IOException {
    return damaged.contains(digest) ? Optional.empty() : source.tree(digest);
  }
}
