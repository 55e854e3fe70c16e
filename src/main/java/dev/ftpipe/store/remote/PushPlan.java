package dev.ftpipe.store.remote;

import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import java.util.List;

/**
 * What a remote has to have, each thing once.
 *
 * @param files bytes of files, in the order in which they are likely to be read together
 * @param trees and other blobs that refer to those
 * @param actions entries that refer to either
 * @param roots the outputs that all the blobs belong to, but for what entries alone refer to
 */
public record PushPlan(
    List<Blob> files, List<Blob> trees, List<ActionKey> actions, List<Artifact> roots) {
  public PushPlan {
    files = List.copyOf(files);
    trees = List.copyOf(trees);
    actions = List.copyOf(actions);
    roots = List.copyOf(roots);
  }

  /** A plan of blobs that belong to nothing: whatever a gc thinks of them is right. */
  public PushPlan(List<Blob> files, List<Blob> trees, List<ActionKey> actions) {
    this(files, trees, actions, List.of());
  }

  /** How many blobs and entries. */
  public int size() {
    return files.size() + trees.size() + actions.size();
  }
}
