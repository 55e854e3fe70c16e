package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.RunState;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Prints the log of a run, as it grows. */
final class LogFollower {
  private static final long FASTEST_MILLIS = 150;
  private static final long SLOWEST_MILLIS = 2000;
  private static final long ENGINE_NANOS = 5_000_000_000L;

  /** What a node most often lacks that could not even tell that it began. */
  private static final String UNREACHED =
      "A node reads the remote by itself: its machine needs credentials of its own, or the remote"
          + " has them for all its nodes ('ftpipe remote modify --local NAME access_key_id …', then"
          + " secret_access_key). Then launch again; 'ftpipe cancel RUN' forgets this run.";

  private final Invocation invocation;
  private final CloudScope scope;
  private final CloudRuns runs;
  private final String id;
  private long offset;
  private boolean isEngineUnknown;
  private boolean isReached;
  private boolean wasReached;
  private long pause = FASTEST_MILLIS;

  LogFollower(Invocation invocation, CloudScope scope, String id) {
    this.invocation = invocation;
    this.scope = scope;
    this.runs = scope.runs();
    this.id = id;
  }

  /** Prints what there is and was not printed yet. */
  boolean print() throws IOException {
    boolean any = false;
    for (byte[] piece : runs.logFrom(id, offset)) {
      invocation.terminal().out().write(piece, 0, piece.length);
      offset += piece.length;
      any = true;
    }
    invocation.terminal().out().flush();
    return any;
  }

  /**
   * Follows the log to the end of the run. A signal ends the following, not the run.
   *
   * @return the exit code: that of the run in the words of ftpipe
   */
  int follow() throws IOException {
    AtomicBoolean detached = new AtomicBoolean();
    invocation.stop().onRaise(() -> detached.set(true));
    long asked = System.nanoTime();
    boolean waits = false;
    while (!detached.get()) {
      Optional<RunState> state = look();
      if (state.isPresent() && state.get().isFinal()) {
        giveBack();
        return exitCode(state.get());
      }
      if (isReached && System.nanoTime() - asked > ENGINE_NANOS) {
        asked = System.nanoTime();
        if (state.isEmpty() && !waits) {
          waits = true;
          invocation.note("waiting for a machine; Ctrl-C detaches, and the run goes on");
        }
        requireEngine();
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        detached.set(true);
      }
    }
    invocation
        .terminal()
        .err()
        .println("detached; run " + id + " goes on. Again: ftpipe logs -f " + id);
    return 0;
  }

  /** Prints what there is, or why there is nothing. */
  void printAll() throws IOException {
    if (!print() && runs.state(id).isEmpty()) {
      requireEngine();
      invocation.note("run " + id + " has said nothing yet; 'ftpipe queue' shows how far it is");
    }
  }

  /** Fails when the engine has lost the run, with what its node said last. */
  private void requireEngine() throws IOException {
    if (!isLost()) {
      return;
    }
    Optional<RunState> state = runs.state(id);
    if (state.filter(RunState::isFinal).isPresent()) {
      return;
    }
    throw FtpipeException.environment(
        "the engine no longer has run "
            + id
            + ", and its node told of no end"
            + lastWords()
            + (state.isEmpty() ? "\n" + UNREACHED : ""),
        null);
  }

  private String lastWords() throws IOException {
    try {
      return scope
          .lastWords(id)
          .map(text -> "; it said last:\n" + text.indent(2).stripTrailing())
          .orElse("");
    } catch (FtpipeException e) {
      return "; what it said last is not to be had: " + e.getMessage();
    }
  }

  /** Prints what is new; a remote that was reached before and is not now is asked again later. */
  private Optional<RunState> look() throws IOException {
    try {
      // First the state: what was said before a final one is there.
      Optional<RunState> state = runs.state(id);
      pause = print() ? FASTEST_MILLIS : Math.min(SLOWEST_MILLIS, pause * 5 / 4);
      isReached = true;
      wasReached = true;
      return state;
    } catch (FtpipeException e) {
      if (!wasReached || e.kind() != FtpipeException.Kind.ENVIRONMENT) {
        throw e;
      }
      if (isReached) {
        invocation.note(e.getMessage() + " It is asked again; the run goes on.");
      }
      isReached = false;
      pause = SLOWEST_MILLIS;
      return Optional.empty();
    }
  }

  /** What cannot be removed yet changes nothing of how the run ended. */
  private void giveBack() throws IOException {
    try {
      scope.giveBack(id);
    } catch (FtpipeException e) {
      invocation.note(e.getMessage());
    }
  }

  /** Whether the engine has lost the run; from elsewhere than it was launched nobody may know. */
  private boolean isLost() throws IOException {
    try {
      return !scope.isAlive(id);
    } catch (FtpipeException e) {
      if (!isEngineUnknown) {
        isEngineUnknown = true;
        invocation.note("the engine cannot be asked from here: " + e.getMessage());
      }
      return false;
    }
  }

  static int exitCode(RunState state) {
    return state.phase() == RunState.Phase.DONE ? 0 : 1;
  }
}
