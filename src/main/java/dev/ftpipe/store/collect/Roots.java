package dev.ftpipe.store.collect;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What lock files and runs refer to.
 *
 * @param contents outputs and sources
 * @param blobs that are kept for themselves, not for what they list
 * @param entries of the action cache
 */
public record Roots(List<Root> contents, Set<Digest> blobs, Set<ActionKey> entries) {
  /** What nobody refers to. */
  public static final Roots NONE = new Roots(List.of(), Set.of(), Set.of());

  public Roots {
    contents = List.copyOf(contents);
    blobs = Set.copyOf(blobs);
    entries = Set.copyOf(entries);
  }

  /**
   * A file or folder that somebody refers to.
   *
   * @param owner in words: a stage and its path
   * @param here whether the cache has to have it
   * @param there whether a remote has to have it
   */
  public record Root(String owner, Artifact content, boolean here, boolean there) {}

  /** These and others. */
  public Roots and(Roots more) {
    return and(List.of(more));
  }

  /** These and others. */
  public Roots and(List<Roots> more) {
    List<Root> allContents = new ArrayList<>(contents);
    Set<Digest> allBlobs = new LinkedHashSet<>(blobs);
    Set<ActionKey> allEntries = new LinkedHashSet<>(entries);
    for (Roots each : more) {
      allContents.addAll(each.contents);
      allBlobs.addAll(each.blobs);
      allEntries.addAll(each.entries);
    }
    return new Roots(allContents, allBlobs, allEntries);
  }
}
