package dev.ftpipe.cloud;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.collect.Roots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What runs that have not ended need of a remote, however long they wait: the workspace that they
 * begin with.
 *
 * @param runs how many
 */
public record UnfinishedRuns(int runs, Roots roots) {
  /** Those at a remote, as of now. */
  public static UnfinishedRuns of(CloudRuns runs) throws IOException {
    List<Roots.Root> contents = new ArrayList<>();
    int count = 0;
    for (CloudRuns.Listed each : runs.list(RunMemory.none())) {
      if (each.state().filter(RunState::isFinal).isPresent()) {
        continue;
      }
      count++;
      String owner = "run " + each.spec().id();
      contents.add(root(owner + ", its workspace", each.spec().snapshot(), each.spec().bytes()));
    }
    return new UnfinishedRuns(count, new Roots(contents, Set.of(), Set.of()));
  }

  private static Roots.Root root(String owner, String tree, long bytes) {
    Artifact content = new Artifact(Artifact.Kind.TREE, new Digest(tree), bytes);
    return new Roots.Root(owner, content, false, true);
  }
}
