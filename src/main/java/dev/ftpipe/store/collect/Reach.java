package dev.ftpipe.store.collect;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.TreeReader;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** All blobs and entries that are reached from some roots. */
public final class Reach implements Needed {
  /** Where entries and trees are read. */
  public interface Source {
    Optional<ActionResult> entry(ActionKey key) throws IOException;

    /** The bytes of a tree; empty when they are nowhere to be had. */
    Optional<byte[]> tree(Digest digest) throws IOException;
  }

  private final Source source;
  private final DigestSet blobs = new DigestSet();
  private final DigestSet trees = new DigestSet();
  private final Set<ActionKey> entries = new HashSet<>();

  /** Nothing yet. */
  public Reach(Source source) {
    this.source = source;
  }

  /** Adds what these roots lead to. */
  public Reach add(Roots roots) throws IOException {
    for (Roots.Root root : roots.contents()) {
      add(root.content());
    }
    roots.blobs().forEach(blobs::add);
    addEntries(roots.entries());
    return this;
  }

  /** Adds entries and what they lead to. */
  public void addEntries(Collection<ActionKey> keys) throws IOException {
    for (ActionKey key : keys) {
      if (entries.add(key)) {
        Optional<ActionResult> result = source.entry(key);
        if (result.isPresent()) {
          for (Artifact output : result.get().outputs().values()) {
            add(output);
          }
          result.get().log().ifPresent(log -> blobs.add(log.digest()));
        }
      }
    }
  }

  /** Adds a file or folder. */
  public void add(Artifact artifact) throws IOException {
    blobs.add(artifact.digest());
    if (artifact.kind() != Artifact.Kind.TREE || !trees.add(artifact.digest())) {
      return;
    }
    Optional<byte[]> text = source.tree(artifact.digest());
    if (text.isEmpty()) {
      // Nobody can put such a folder in place: what it lists is of no use.
      return;
    }
    try {
      for (TreeReader tree = TreeReader.of(text.get()); tree.next(); ) {
        blobs.add(tree.digest());
      }
    } catch (IllegalArgumentException e) {
      throw FtpipeException.environment(
          "object " + artifact.digest() + " is refused as a folder: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean needs(Digest blob) {
    return blobs.contains(blob);
  }

  @Override
  public boolean needs(ActionKey entry) {
    return entries.contains(entry);
  }

  /** How many blobs. */
  public int size() {
    return blobs.size();
  }
}
