package dev.ftpipe.run;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.Swept;
import dev.ftpipe.store.collect.Reach;
import dev.ftpipe.store.collect.Roots;
import dev.ftpipe.store.remote.Recent;
import dev.ftpipe.store.remote.Remote;
import dev.ftpipe.store.remote.RemoteUpkeep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Drops from a remote what nobody refers to. */
public final class RemoteCleaning {
  private final Project project;
  private final Remote remote;
  private final Roots roots;
  private final Duration grace;

  /**
   * A cleaning of a remote.
   *
   * @param roots what is referred to
   * @param grace how long anything stays that was pushed, referred to or not
   */
  public RemoteCleaning(Project project, Remote remote, Roots roots, Duration grace) {
    this.project = project;
    this.remote = remote;
    this.roots = roots;
    this.grace = grace;
  }

  /** What {@link #sweep} would drop. */
  public Swept survey() throws IOException {
    RemoteUpkeep upkeep = remote.upkeep();
    return released(upkeep.survey(grace, recent -> needed(upkeep, recent)));
  }

  /** Drops it. */
  public Swept sweep() throws IOException {
    RemoteUpkeep upkeep = remote.upkeep();
    return released(upkeep.sweep(grace, recent -> needed(upkeep, recent)));
  }

  private Swept released(Swept swept) throws IOException {
    project.store().content().release();
    return swept;
  }

  private Needed needed(RemoteUpkeep upkeep, Recent recent) throws IOException {
    Set<ActionKey> keys = new LinkedHashSet<>(roots.entries());
    keys.addAll(recent.entries());
    LocalSource here = new LocalSource(project.store());
    List<ActionKey> unknown = new ArrayList<>();
    List<Artifact> contents = new ArrayList<>(recent.contents());
    roots.contents().forEach(root -> contents.add(root.content()));
    for (ActionKey key : keys) {
      Optional<ActionResult> entry = here.entry(key);
      entry.ifPresentOrElse(it -> contents.addAll(it.outputs().values()), () -> unknown.add(key));
    }
    Map<ActionKey, ActionResult> there = upkeep.entries(unknown);
    there.values().forEach(entry -> contents.addAll(entry.outputs().values()));
    bringTrees(contents);

    Reach reach = new Reach(new Sources(here, there)).add(roots);
    reach.addEntries(recent.entries());
    for (Artifact content : recent.contents()) {
      reach.add(content);
    }
    return reach;
  }

  /** What a folder holds is in its tree: all of them are needed here to know what is needed. */
  private void bringTrees(List<Artifact> contents) throws IOException {
    Set<Digest> hidden = new LinkedHashSet<>();
    for (Artifact content : contents) {
      if (content.kind() == Artifact.Kind.TREE
          && !project.store().content().contains(content.digest())) {
        hidden.add(content.digest());
      }
    }
    if (hidden.isEmpty()) {
      return;
    }
    List<Blob> damaged = remote.fetch(project.store().content(), remote.sized(hidden)).damaged();
    if (!damaged.isEmpty()) {
      throw FtpipeException.environment(
          "nothing was dropped: the list of files "
              + damaged.get(0).digest().brief()
              + "… is damaged in "
              + remote.location()
              + ", so that it is not known what is needed; mend it with: ftpipe verify -c --repair",
          null);
    }
  }

  private record Sources(LocalSource here, Map<ActionKey, ActionResult> there)
      implements Reach.Source {
    @Override
    public Optional<ActionResult> entry(ActionKey key) throws IOException {
      Optional<ActionResult> found = here.entry(key);
      return found.isPresent() ? found : Optional.ofNullable(there.get(key));
    }

    @Override
    public Optional<byte[]> tree(Digest digest) throws IOException {
      return here.tree(digest);
    }
  }
}
