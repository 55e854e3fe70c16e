package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.remote.PushPlan;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What a repro has from a remote, and leaves there. */
public final class RemoteResults implements SharedResults {
  private final Project project;
  private final Supplier<Remote> remote;
  private final Sharing sharing;
  private final SharedCheckpoints checkpoints;
  private final boolean autopush;
  private final boolean required;
  private boolean unreachable;

  /**
   * A project with a remote.
   *
   * @param remote asked for when it is needed first
   * @param autopush whether {@link #publish} does anything
   * @param required whether a repro ends when the remote cannot be reached, instead of going on
   *     without it
   */
  public RemoteResults(
      Project project, Supplier<Remote> remote, boolean autopush, boolean required) {
    this.project = project;
    this.remote = remote;
    this.sharing = new Sharing(project, remote);
    this.checkpoints = new CheckpointsAtRemote(remote, project::noteOnce);
    this.autopush = autopush;
    this.required = required;
  }

  @Override
  public boolean bring(ActionKey key) throws IOException {
    return tried(
        () -> {
          Optional<ActionResult> result = remote.get().action(key);
          if (result.isEmpty() || !bringAll(result.get())) {
            return false;
          }
          project.store().actions().put(key, result.get());
          return true;
        });
  }

  private boolean bringAll(ActionResult result) throws IOException {
    List<Sharing.Owned> wanted = new ArrayList<>();
    result.outputs().forEach((path, artifact) -> wanted.add(new Sharing.Owned(path, artifact)));
    result.log().ifPresent(log -> wanted.add(new Sharing.Owned("its log", log)));
    return sharing.bringOwned(wanted).lacking().isEmpty();
  }

  @Override
  public boolean bring(Collection<Artifact> content) throws IOException {
    return tried(
        () ->
            sharing
                .bringOwned(
                    content.stream().map(each -> new Sharing.Owned("an output", each)).toList())
                .lacking()
                .isEmpty());
  }

  @Override
  public void publish(Stage stage, ActionKey key) throws IOException {
    if (!autopush) {
      return;
    }
    tried(
        () -> {
          Optional<ActionResult> result = project.store().actions().find(key);
          if (result.isEmpty()) {
            return false;
          }
          RunResults.keepUncached(project, stage, result.get().outputs());
          Contents contents = new Contents(project.store().content());
          if (!sharing.addPushed(stage, result.get().outputs(), contents)) {
            return false;
          }
          result.get().log().ifPresent(log -> contents.addLog("its log", log));
          remote
              .get()
              .push(
                  project.store(),
                  new PushPlan(contents.files(), contents.trees(), List.of(key), contents.roots()));
          return true;
        });
  }

  @Override
  public OptionalLong bringCheckpoint(ActionKey key, Path scratch, long position)
      throws IOException {
    OptionalLong[] found = {OptionalLong.empty()};
    tried(
        () -> {
          found[0] = checkpoints.bringCheckpoint(key, scratch, position);
          return true;
        });
    return found[0];
  }

  @Override
  public void sendCheckpoint(ActionKey key, Path scratch, List<Path> parts, long position)
      throws IOException {
    if (!isUnreachable()) {
      checkpoints.sendCheckpoint(key, scratch, parts, position);
    }
  }

  @Override
  public void dropCheckpoint(ActionKey key) throws IOException {
    tried(
        () -> {
          checkpoints.dropCheckpoint(key);
          return true;
        });
  }

  private interface Attempt {
    boolean run() throws IOException;
  }

  /** A repro does not fail for a remote that it could do without. */
  private boolean tried(Attempt attempt) throws IOException {
    if (isUnreachable()) {
      return false;
    }
    try {
      return attempt.run();
    } catch (FtpipeException e) {
      if (required || e.kind() != FtpipeException.Kind.ENVIRONMENT) {
        throw e;
      }
      giveUp(e);
      return false;
    }
  }

  private synchronized boolean isUnreachable() {
    return unreachable;
  }

  private synchronized void giveUp(FtpipeException e) {
    if (!unreachable) {
      unreachable = true;
      project.note(e.getMessage() + "; this repro goes on without the remote");
    }
  }
}
