package dev.ftpipe.run;

import dev.ftpipe.base.Digest;
import dev.ftpipe.dag.Output;
import dev.ftpipe.run.Verified.Problem;
import dev.ftpipe.run.Verified.State;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Audit;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Damage;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.collect.Owners;
import dev.ftpipe.store.collect.Roots;
import dev.ftpipe.store.remote.PushPlan;
import dev.ftpipe.store.remote.Remote;
import dev.ftpipe.store.remote.RemoteAudit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a remote back; what is wrong there is made good from the cache. */
public final class RemoteVerification {
  private final Project project;
  private final Remote remote;
  private final Roots roots;
  private final Store store;
  private final Set<String> uncached;

  /**
   * A verification of a remote.
   *
   * @param roots who may need what is found damaged
   */
  public RemoteVerification(Project project, Remote remote, Roots roots) {
    this.project = project;
    this.remote = remote;
    this.roots = roots;
    this.store = project.store();
    this.uncached =
        project.graph().stages().stream()
            .flatMap(stage -> stage.outs().stream())
            .filter(output -> !output.cache())
            .map(Output::path)
            .collect(Collectors.toUnmodifiableSet());
  }

  private record Wrong(Problem problem, Optional<Digest> blob, Optional<ActionKey> entry) {}

  /** Reads everything back, and changes nothing. */
  public Verified verify() throws IOException {
    bringTrees();
    RemoteAudit audit = remote.upkeep().audit(this::isRequired);
    List<Problem> problems = wrong(audit).stream().map(Wrong::problem).toList();
    return result(audit.audit(), problems, 0);
  }

  private Verified result(Audit audit, List<Problem> problems, int mended) throws IOException {
    store.content().release();
    return new Verified(remote.location(), audit.objects(), audit.bytes(), problems, mended);
  }

  /** Who needs a file of a folder is known from the folder's tree, which has to be here. */
  private void bringTrees() throws IOException {
    List<Digest> hidden = Wanted.of(roots, root -> true, new LocalSource(store)::tree).hidden();
    if (!hidden.isEmpty()) {
      remote.fetch(store.content(), remote.sized(hidden));
    }
  }

  /**
   * Whether a remote has to have what an entry names: not an output that is kept in no cache, and
   * what other projects keep at the same remote is not known here.
   */
  private boolean isRequired(ActionKey entry, String output) {
    return roots.entries().contains(entry) && !uncached.contains(output);
  }

  private List<Wrong> wrong(RemoteAudit audit) throws IOException {
    Set<Digest> damaged = new LinkedHashSet<>();
    audit.audit().damages().forEach(each -> each.blob().ifPresent(damaged::add));
    LocalSource source = new LocalSource(store);
    Owners owners = Owners.of(damaged, roots, source);
    List<Wrong> wrong = new ArrayList<>();
    for (Damage each : audit.audit().damages()) {
      List<String> stages = each.blob().map(blob -> List.copyOf(owners.of(blob))).orElse(List.of());
      wrong.add(
          new Wrong(
              new Problem(each.place(), State.DAMAGED, each.what(), stages),
              each.blob(),
              each.entry()));
    }
    Map<Digest, String> missing =
        Wanted.of(roots, Roots.Root::there, source::tree)
            .missing(blob -> audit.lists(blob.digest()));
    missing.forEach(
        (digest, owner) -> {
          if (!audit.lists(digest)) {
            wrong.add(
                new Wrong(
                    new Problem(
                        "blob " + digest.brief() + "…",
                        State.MISSING,
                        "is not in " + remote.location(),
                        List.of(owner)),
                    Optional.of(digest),
                    Optional.empty()));
          }
        });
    return wrong;
  }

  /** Reads everything back, drops what is damaged, and sends what the cache has in its place. */
  public Verified repair() throws IOException {
    bringTrees();
    RemoteAudit audit = remote.upkeep().audit(this::isRequired);
    List<Wrong> wrong = wrong(audit);
    if (wrong.isEmpty()) {
      return result(audit.audit(), List.of(), 0);
    }
    List<Blob> again = new ArrayList<>();
    for (Digest dropped : remote.upkeep().mend(store, audit)) {
      store.content().find(dropped).ifPresent(again::add);
    }
    remote.push(store, new PushPlan(again, List.of(), List.of()));
    new Sharing(project, () -> remote).push(List.of());
    Needed there = remote.upkeep().contents();
    List<Problem> problems = new ArrayList<>();
    int mended = 0;
    for (Wrong each : wrong) {
      State state = stateOf(each, there);
      mended += state == State.MENDED ? 1 : 0;
      problems.add(each.problem().now(state));
    }
    return result(audit.audit(), problems, mended);
  }

  private static State stateOf(Wrong wrong, Needed there) {
    boolean isThere =
        wrong.blob().map(there::needs).orElse(true) && wrong.entry().map(there::needs).orElse(true);
    if (isThere) {
      return State.MENDED;
    }
    boolean isNeeded =
        wrong.problem().state() == State.MISSING || !wrong.problem().stages().isEmpty();
    return isNeeded ? State.MISSING : State.DROPPED;
  }
}
