package dev.ftpipe.store.collect;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.TreeReader;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who needs some blobs: found by going through all roots once, as such blobs are few. */
public final class Owners {
  private final Set<Digest> wanted;
  private final Map<Digest, Set<String>> owners = new HashMap<>();

  private Owners(Collection<Digest> wanted) {
    this.wanted = Set.copyOf(wanted);
  }

  /** Looks for the owners of these blobs. */
  public static Owners of(Collection<Digest> wanted, Roots roots, Reach.Source source)
      throws IOException {
    Owners found = new Owners(wanted);
    if (!wanted.isEmpty()) {
      for (Roots.Root root : roots.contents()) {
        found.look(root, source);
      }
    }
    return found;
  }

  private void look(Roots.Root root, Reach.Source source) throws IOException {
    note(root.content().digest(), root.owner());
    if (root.content().kind() != Artifact.Kind.TREE) {
      return;
    }
    Optional<byte[]> text = source.tree(root.content().digest());
    if (text.isPresent()) {
      for (TreeReader tree = TreeReader.of(text.get()); tree.next(); ) {
        if (wanted.contains(tree.digest())) {
          note(tree.digest(), root.owner() + "/" + tree.path());
        }
      }
    }
  }

  private void note(Digest digest, String owner) {
    if (wanted.contains(digest)) {
      owners.computeIfAbsent(digest, key -> new LinkedHashSet<>()).add(owner);
    }
  }

  /** The owners in words; empty when nobody needs it. */
  public Set<String> of(Digest digest) {
    return owners.getOrDefault(digest, Set.of());
  }
}
