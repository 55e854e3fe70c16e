package dev.ftpipe.run;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.TreeReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The blobs that some outputs are made of, and whose they are. An output that is a folder is its
 * tree and the files of that; a tree that is not in the local store hides its files.
 */
final class Contents {
  private final Trees content;
  private final Map<Digest, Blob> files = new LinkedHashMap<>();
  private final Map<Digest, Blob> trees = new LinkedHashMap<>();
  private final Map<Digest, Blob> hidden = new LinkedHashMap<>();
  private final Map<Digest, String> owners = new HashMap<>();
  private final Set<Artifact> roots = new LinkedHashSet<>();

  /** Where the text of a tree is read. */
  interface Trees {
    Optional<byte[]> read(Digest digest) throws IOException;
  }

  Contents(ContentStore content) {
    this(content::read);
  }

  Contents(Trees content) {
    this.content = content;
  }

  /**
   * Adds an output.
   *
   * @param owner in words, for messages
   */
  void add(String owner, Artifact artifact) throws IOException {
    roots.add(artifact);
    owners.putIfAbsent(artifact.digest(), owner);
    if (artifact.kind() != Artifact.Kind.TREE) {
      files.putIfAbsent(artifact.digest(), new Blob(artifact.digest(), artifact.size()));
      return;
    }
    Optional<byte[]> text = content.read(artifact.digest());
    if (text.isEmpty()) {
      // Its own size stands nowhere; see Artifact.
      hidden.putIfAbsent(artifact.digest(), new Blob(artifact.digest(), 0));
      return;
    }
    hidden.remove(artifact.digest());
    trees.putIfAbsent(artifact.digest(), new Blob(artifact.digest(), text.get().length));
    for (TreeReader reader = TreeReader.of(text.get()); reader.next(); ) {
      Digest digest = reader.digest();
      if (files.putIfAbsent(digest, new Blob(digest, reader.size())) == null) {
        owners.putIfAbsent(digest, owner);
      }
    }
  }

  /** Adds a blob that refers to nothing and is of use only to an entry, such as a log. */
  void addLog(String owner, Artifact log) {
    owners.putIfAbsent(log.digest(), owner);
    trees.putIfAbsent(log.digest(), new Blob(log.digest(), log.size()));
  }

  List<Blob> files() {
    return new ArrayList<>(files.values());
  }

  List<Blob> trees() {
    return new ArrayList<>(trees.values());
  }

  /** The outputs that were added. */
  List<Artifact> roots() {
    return new ArrayList<>(roots);
  }

  /** Digests of trees that are not here. */
  List<Digest> hiddenTrees() {
    return new ArrayList<>(hidden.keySet());
  }

  /** Whose blob it is, in words. */
  String owner(Digest digest) {
    return owners.getOrDefault(digest, "nobody that is known");
  }
}
