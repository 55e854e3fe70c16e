package dev.ftpipe.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Results of stages by their keys. Whoever writes an entry has stored the blobs it refers to
 * before.
 */
public interface ActionCache {
  /** The entry; empty when there is none, or when it is damaged (reported and removed). */
  Optional<ActionResult> find(ActionKey key) throws IOException;

  /** Writes the entry whole or not at all, over an earlier one. */
  void put(ActionKey key, ActionResult result) throws IOException;

  /** All keys, sorted. */
  List<ActionKey> keys() throws IOException;
}
