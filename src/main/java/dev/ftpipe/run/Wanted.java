package dev.ftpipe.run;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.collect.Roots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The blobs that the stages of a project have to find somewhere, and the stages. */
final class Wanted {
  private final Contents contents;

  private Wanted(Contents contents) {
    this.contents = contents;
  }

  /** What is wanted of the roots that the predicate takes. */
  static Wanted of(Roots roots, Predicate<Roots.Root> which, Contents.Trees trees)
      throws IOException {
    Contents contents = new Contents(trees);
    for (Roots.Root root : roots.contents()) {
      if (which.test(root)) {
        contents.add(root.owner(), root.content());
      }
    }
    return new Wanted(contents);
  }

  /** Files and trees, each once. */
  List<Blob> blobs() {
    List<Blob> blobs = new ArrayList<>(contents.files());
    blobs.addAll(contents.trees());
    return blobs;
  }

  /** Trees whose text is not here. */
  List<Digest> hidden() {
    return contents.hiddenTrees();
  }

  /** Whether a store has a blob. */
  interface Presence {
    boolean has(Blob blob) throws IOException;
  }

  /** What a store lacks of it, by the stage that needs it. */
  Map<Digest, String> missing(Presence presence) throws IOException {
    Map<Digest, String> missing = new LinkedHashMap<>();
    for (Digest tree : hidden()) {
      missing.put(tree, contents.owner(tree));
    }
    for (Blob blob : blobs()) {
      if (!presence.has(blob)) {
        missing.put(blob.digest(), contents.owner(blob.digest()));
      }
    }
    return missing;
  }
}
