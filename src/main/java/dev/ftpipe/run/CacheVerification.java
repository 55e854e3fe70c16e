package dev.ftpipe.run;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.Verified.Problem;
import dev.ftpipe.run.Verified.State;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.Audit;
import dev.ftpipe.store.Damage;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.collect.Owners;
import dev.ftpipe.store.collect.Roots;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Reads the cache of a project back; what is wrong is made good from the work tree or a remote. */
public final class CacheVerification {
  private final Project project;
  private final Roots roots;
  private final Store store;

  /**
   * A verification of the cache.
   *
   * @param roots who may need what is found damaged
   */
  public CacheVerification(Project project, Roots roots) {
    this.project = project;
    this.roots = roots;
    this.store = project.store();
  }

  /** One thing that is wrong, with what is known of it. */
  private record Wrong(Problem problem, Optional<Digest> blob, Optional<ActionKey> entry) {}

  /** Reads everything back, and changes nothing. */
  public Verified verify(LongConsumer read) throws IOException {
    Audit audit = store.upkeep().audit(read);
    List<Wrong> wrong = wrong(audit);
    return result(audit, wrong.stream().map(Wrong::problem).toList(), 0);
  }

  private Verified result(Audit audit, List<Problem> problems, int mended) {
    return new Verified("the cache", audit.objects(), audit.bytes(), problems, mended);
  }

  private List<Wrong> wrong(Audit audit) throws IOException {
    Set<Digest> damaged = new LinkedHashSet<>();
    audit.damages().forEach(each -> each.blob().ifPresent(damaged::add));
    // What is damaged would be dropped by the mere look: trees are read as far as they are right.
    Owners owners = Owners.of(damaged, roots, new SoundSource(new LocalSource(store), damaged));
    List<Wrong> wrong = new ArrayList<>();
    for (Damage each : audit.damages()) {
      List<String> stages = each.blob().map(blob -> List.copyOf(owners.of(blob))).orElse(List.of());
      wrong.add(
          new Wrong(
              new Problem(each.place(), State.DAMAGED, each.what(), stages),
              each.blob(),
              each.entry()));
    }
    missing(damaged)
        .forEach(
            (digest, owner) ->
                wrong.add(
                    new Wrong(
                        new Problem(
                            "blob " + digest.brief() + "…",
                            State.MISSING,
                            "is not in the cache",
                            List.of(owner)),
                        Optional.of(digest),
                        Optional.empty())));
    return wrong;
  }

  private Map<Digest, String> missing(Set<Digest> damaged) throws IOException {
    SoundSource sound = new SoundSource(new LocalSource(store), damaged);
    Map<Digest, String> missing =
        Wanted.of(roots, Roots.Root::here, sound::tree)
            .missing(
                blob ->
                    damaged.contains(blob.digest())
                        || store.content().contains(blob.digest(), blob.size()));
    missing.keySet().removeAll(damaged);
    return missing;
  }

  /**
   * Reads everything back, drops what is damaged, and brings what is damaged or missing from
   * wherever it is right: another place in the cache, the work tree, the remote.
   *
   * @param remote empty when there is none
   */
  public Verified repair(Optional<Supplier<Remote>> remote, LongConsumer read) throws IOException {
    project.folders().prepare();
    try (WorkspaceLock held = WorkspaceLock.take(project.folders().workspaceLock())) {
      Orphans.endAfter(held, project.root(), project::note);
      Audit audit = store.upkeep().audit(read);
      List<Wrong> wrong = wrong(audit);
      if (wrong.isEmpty()) {
        return result(audit, List.of(), 0);
      }
      store.content().release();
      store.upkeep().discard(audit.damages());
      takeFromWorkTree();
      if (remote.isPresent()) {
        takeFrom(remote.get().get(), wrong);
      }
      store.content().release();
      List<Problem> problems = new ArrayList<>();
      int mended = 0;
      for (Wrong each : wrong) {
        State state = stateOf(each);
        mended += state == State.MENDED ? 1 : 0;
        problems.add(each.problem().now(state));
      }
      return result(audit, problems, mended);
    } finally {
      project.saveIndex();
    }
  }

  private void takeFromWorkTree() throws IOException {
    for (Stage stage : project.graph().stages()) {
      Optional<LockFile.Entry> entry = project.last(stage);
      for (Output output : stage.outs()) {
        Artifact wanted = entry.map(known -> known.outputs().get(output.path())).orElse(null);
        if (wanted != null
            && output.cache()
            && !project.workTree().restorable(wanted)
            && project.inPlace(output).equals(Optional.of(wanted))) {
          project.workTree().keep(output.path());
        }
      }
    }
  }

  private void takeFrom(Remote remote, List<Wrong> wrong) throws IOException {
    try {
      new Sharing(project, () -> remote).fetch(List.of());
      List<Digest> lost = new ArrayList<>();
      for (Wrong each : wrong) {
        if (each.blob().isPresent() && !store.content().contains(each.blob().get())) {
          lost.add(each.blob().get());
        }
        if (each.entry().isPresent()) {
          Optional<ActionResult> entry = remote.action(each.entry().get());
          if (entry.isPresent()) {
            store.actions().put(each.entry().get(), entry.get());
          }
        }
      }
      remote.fetch(store.content(), remote.sized(lost));
    } catch (FtpipeException e) {
      if (e.kind() != FtpipeException.Kind.ENVIRONMENT) {
        throw e;
      }
      project.note(e.getMessage() + "; nothing more is taken from there");
    }
  }

  private State stateOf(Wrong wrong) throws IOException {
    Problem problem = wrong.problem();
    if (wrong.blob().isPresent()) {
      if (store.content().contains(wrong.blob().get())) {
        return State.MENDED;
      }
      return problem.state() == State.DAMAGED && problem.stages().isEmpty()
          ? State.DROPPED
          : State.MISSING;
    }
    if (wrong.entry().isPresent()) {
      // A result that is not there is computed again: nothing is lost but time.
      return store.actions().find(wrong.entry().get()).isPresent() ? State.MENDED : State.DROPPED;
    }
    return State.MENDED;
  }
}
