package dev.ftpipe.store.remote;

import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ContentStore.Blob;
import java.util.List;

/**
 * What a remote has to have, each thing once.
 *
 * @param files bytes of files, in the order in which they are likely to be read together
 * @param trees and other blobs that refer to those
 * @param actions entries that refer to either
 */
public record PushPlan(List<Blob> files, List<Blob> trees, List<ActionKey> actions) {
  public PushPlan {
    files = List.copyOf(files);
    trees = List.copyOf(trees);
    actions = List.copyOf(actions);
  }

  /** How many blobs and entries. */
  public int size() {
    return files.size() + trees.size() + actions.size();
  }
}
