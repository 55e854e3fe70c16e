package dev.ftpipe.cloud.node;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.RunSpec;
import dev.ftpipe.cloud.RunState;
import dev.ftpipe.cloud.RunState.Phase;
import dev.ftpipe.cloud.Snapshot;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.Store;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Plays the node of one run: brings the workspace, runs the command, and tells the store what
 * happens. Begun again after its machine was lost, it goes on where the last attempt was.
 */
public final class NodeAgent {
  /** Exit codes from here on tell the engine that the run is not over. */
  public static final int AGAIN = 128;

  private static final int LEFT = 143;

  private final String id;
  private final Path work;
  private final CloudRuns runs;
  private final Remote remote;
  private final Store store;
  private final String host;
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private volatile @Nullable NodeProcess command;

  /** Why a command was ended. */
  private record Ending(Phase phase, Optional<String> reason) {}

  /**
   * The node of a run.
   *
   * @param work folder for the workspace; that of an earlier attempt is used again
   * @param store of the workspace
   * @param host name of this machine
   */
  public NodeAgent(String id, Path work, CloudRuns runs, Remote remote, Store store, String host) {
    this.id = id;
    this.work = work;
    this.runs = runs;
    this.remote = remote;
    this.store = store;
    this.host = host;
  }

  /** The machine is to be left: the command is to write a checkpoint and end. */
  public void leave(String reason) {
    end(Phase.PREEMPTED, reason);
    NodeProcess running = command;
    if (running != null) {
      askNow(running);
    }
  }

  /** A beat may be waiting for the store, and there is little time for a checkpoint. */
  private static void askNow(NodeProcess running) {
    try {
      running.askToEnd();
    } catch (IOException | FtpipeException e) {
      // After its beat the node asks again, and tells of what goes wrong then.
      return;
    }
  }

  private void end(Phase phase, String reason) {
    ending.compareAndSet(null, new Ending(phase, Optional.of(reason)));
  }

  /**
   * Runs the command of the run.
   *
   * @param settings what the workspace has to have for this machine: path to text
   * @param env of the command
   * @return the exit code; 128 and more when another attempt has to follow
   */
  public int run(Map<String, String> settings, Map<String, String> env) throws IOException {
    // The first question is asked once: who is refused by the store hears of it at once.
    RunSpec spec =
        runs.spec(id).orElseThrow(() -> FtpipeException.usage("there is no run " + id + " there"));
    Optional<RunState> before = StoreRetries.answered(() -> runs.state(id));
    if (before.isPresent() && before.get().isFinal()) {
      return 0;
    }
    Leftover.end(work.resolveSibling("command.pid"));
    String now = Instant.now().toString();
    RunState state =
        new RunState(
            RunState.FORMAT,
            Phase.PREPARING,
            before.map(RunState::attempt).orElse(0) + 1,
            host,
            before.map(RunState::begun).orElse(now),
            now,
            Optional.empty(),
            Optional.empty());
    LogShipper log =
        StoreRetries.answered(
            () -> {
              runs.tell(id, state);
              return new LogShipper(runs, id);
            });
    try {
      return attempt(spec, state, log, settings, env);
    } catch (IOException | FtpipeException e) {
      Leftover.end(work.resolveSibling("command.pid"));
      log.say("failed: " + e.getMessage());
      log.send();
      runs.tell(
          id,
          state.ended(
              Phase.FAILED,
              Instant.now().toString(),
              Optional.of(3),
              Optional.ofNullable(e.getMessage())));
      return 3;
    }
  }

  private int attempt(
      RunSpec spec,
      RunState state,
      LogShipper log,
      Map<String, String> settings,
      Map<String, String> env)
      throws IOException {
    log.say(
        "attempt " + state.attempt() + " on " + host + ": " + spec.files() + " files of workspace");
    RunState running =
        StoreRetries.answered(
            () -> {
              log.send();
              prepare(spec, settings);
              runs.dropRecord(id);
              RunState next = state.at(Phase.RUNNING, Instant.now().toString());
              runs.tell(id, next);
              return next;
            });
    Map<String, String> all = new HashMap<>(spec.envs());
    all.putAll(env);
    NodeProcess process =
        NodeProcess.start(script(spec), work, all, work.resolveSibling("command.pid"), log);
    command = process;
    Watch watch = new Watch(spec, work, runs, log);
    int code = -1;
    while (code < 0) {
      code = process.await(500);
      Optional<String> stop = watch.beat(running);
      if (watch.isCancelled()) {
        end(Phase.CANCELLED, "cancelled");
      }
      stop.ifPresent(reason -> end(Phase.STOPPED, reason));
      if (code < 0 && ending.get() != null) {
        process.end();
        code = process.await(Long.MAX_VALUE);
      }
    }
    process.finishLog();
    Leftover.forget(work.resolveSibling("command.pid"));
    return finish(running, code, log, watch);
  }

  private int finish(RunState running, int code, LogShipper log, Watch watch) throws IOException {
    Optional<Ending> ended = Optional.ofNullable(ending.get());
    if (ended.isPresent()
        && ended.get().phase() == Phase.PREEMPTED
        && StoreRetries.answered(() -> runs.isCancelled(id))) {
      // Told to leave because nobody wants it any more.
      ended = Optional.of(new Ending(Phase.CANCELLED, Optional.of("cancelled")));
    }
    Phase phase = ended.map(Ending::phase).orElse(code == 0 ? Phase.DONE : Phase.FAILED);
    Optional<String> reason = ended.flatMap(Ending::reason);
    log.say(phase.text() + reason.map(why -> ": " + why).orElse("") + ", exit code " + code);
    RunState last = running.ended(phase, Instant.now().toString(), Optional.of(code), reason);
    StoreRetries.done(
        () -> {
          watch.showMetrics();
          log.send();
          runs.tell(id, last);
        });
    return phase == Phase.PREEMPTED ? LEFT : phase == Phase.FAILED ? 1 : 0;
  }

  private static String script(RunSpec spec) {
    return spec.setup().map(setup -> "( set -e\n" + setup + "\n) || exit $?\n").orElse("")
        + spec.run();
  }

  private void prepare(RunSpec spec, Map<String, String> settings) throws IOException {
    Path mark = work.resolveSibling("prepared");
    if (Files.exists(mark) && Files.readString(mark).equals(spec.snapshot())) {
      return;
    }
    Files.createDirectories(work);
    Blob tree = new Blob(new Digest(spec.snapshot()), spec.treeBytes());
    Snapshot.restore(remote, store.content(), tree, work);
    for (Map.Entry<String, String> file : settings.entrySet()) {
      AtomicFiles.writeUnsynced(
          work.resolve(file.getKey()), file.getValue().getBytes(StandardCharsets.UTF_8));
    }
    AtomicFiles.write(mark, spec.snapshot());
  }
}
