package dev.ftpipe.cli;

import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.RunState;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** The end of a launched run, as its user wants it. */
final class CloudEnding {
  private final CloudScope scope;
  private final CloudRuns runs;
  private final String id;
  private final Optional<RunState> state;

  private CloudEnding(CloudScope scope, String id) throws IOException {
    this.scope = scope;
    this.runs = scope.runs();
    this.id = id;
    this.state = runs.state(id);
  }

  /** Asks the node of a run to end, unless it has. */
  static CloudEnding ask(CloudScope scope, String name) throws IOException {
    CloudEnding ending = new CloudEnding(scope, scope.id(name));
    if (!ending.isOver()) {
      ending.runs.cancel(ending.id);
    }
    return ending;
  }

  String id() {
    return id;
  }

  /** Whether it was over before anybody asked. */
  boolean isOver() {
    return state.isPresent() && state.get().isFinal();
  }

  /** Whether a node has begun, which hears that it was asked. */
  boolean hasNode() {
    return state.isPresent();
  }

  /** Ends the machine, too, and says why there is no other end to tell of. */
  void endMachine(String reason) throws IOException {
    scope.end(id);
    if (!isOver()) {
      tell(runs, id, state, reason);
    }
  }

  /** Tells that a run has ended that nobody will tell of, unless it is unknown or did. */
  static void tellOfEnd(CloudRuns runs, String id, String reason) throws IOException {
    Optional<RunState> state = runs.state(id);
    if (runs.spec(id).isPresent() && state.filter(RunState::isFinal).isEmpty()) {
      tell(runs, id, state, reason);
    }
  }

  private static void tell(CloudRuns runs, String id, Optional<RunState> state, String reason)
      throws IOException {
    String now = Instant.now().toString();
    RunState last =
        state.orElse(
            new RunState(
                RunState.FORMAT,
                RunState.Phase.CANCELLED,
                0,
                "-",
                now,
                now,
                Optional.empty(),
                Optional.empty()));
    runs.tell(id, last.ended(RunState.Phase.CANCELLED, now, Optional.empty(), Optional.of(reason)));
  }
}
