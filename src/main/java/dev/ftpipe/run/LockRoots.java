package dev.ftpipe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Digest;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.collect.Roots;
import dev.ftpipe.store.collect.Roots.Root;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a lock file refers to. */
public final class LockRoots {
  private final List<Root> contents = new ArrayList<>();
  private final Set<Digest> blobs = new HashSet<>();
  private final Set<ActionKey> entries = new HashSet<>();

  private LockRoots() {}

  /** Of the project as it is now; what its stages keep has to be in the cache or at a remote. */
  public static Roots of(Project project) {
    Map<String, Output> outputs = new TreeMap<>();
    for (Stage stage : project.graph().stages()) {
      stage.outs().forEach(output -> outputs.put(output.path(), output));
    }
    return new LockRoots().add(project.lock(), "", outputs, true);
  }

  /**
   * Of the lock file of a revision.
   *
   * @param bytes of the file
   * @param at the revision in words
   * @throws dev.ftpipe.base.FtpipeException wrong use, for a lock file that ftpipe cannot read
   */
  public static Roots of(byte[] bytes, String at) throws IOException {
    return new LockRoots().add(LockFile.parse(bytes), " at " + at, Map.of(), false);
  }

  /** Of another project, whose pipeline is not read. */
  public static Roots of(Path root) throws IOException {
    Path folder = root.toAbsolutePath().normalize();
    try (Ledger ledger =
        Ledger.open(folder.resolve(LockFile.NAME), folder.resolve(".ftpipe/state/journal"))) {
      return new LockRoots().add(ledger.snapshot(), " in " + root, Map.of(), false);
    }
  }

  private Roots add(
      LockFile lock, String at, Map<String, Output> outputs, boolean addedIsRequired) {
    lock.added()
        .forEach(
            (path, source) ->
                contents.add(
                    new Root(
                        Sharing.owner(path) + at,
                        source.content(),
                        addedIsRequired,
                        addedIsRequired)));
    lock.sources()
        .forEach(
            (path, content) ->
                contents.add(new Root("source '" + path + "'" + at, content, false, false)));
    lock.added()
        .forEach(
            (path, source) ->
                contents.add(new Root("source '" + path + "'" + at, source.content(), true, true)));
    lock.stages().forEach((name, entry) -> add(name, entry, at, outputs));
    return new Roots(contents, blobs, entries);
  }

  private void add(String stage, LockFile.Entry entry, String at, Map<String, Output> outputs) {
    entries.add(entry.key());
    entry
        .outputs()
        .forEach(
            (path, content) -> {
              Output output = outputs.get(path);
              boolean here = output != null && output.cache();
              boolean there = output != null && output.cache() && output.push();
              contents.add(
                  new Root("stage '" + stage + "'" + at + ", " + path, content, here, there));
            });
    // Of a folder that was read, the list of its files is kept, to tell later which changed.
    JsonNode inputs = entry.ingredients().document().path("inputs");
    for (Map.Entry<String, JsonNode> input : inputs.properties()) {
      if (input.getValue().path("kind").asText().equals(Artifact.Kind.TREE.text())) {
        blobs.add(new Digest(input.getValue().path("digest").asText()));
      }
    }
  }
}
