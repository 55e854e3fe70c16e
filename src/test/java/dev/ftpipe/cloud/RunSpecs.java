package dev.ftpipe.cloud;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What nodes are to do, for tests: a command, and no limits. */
public final class RunSpecs {
  private static final String NO_TREE = "0".repeat(64);

  private RunSpecs() {}

  /** A command whose workspace nobody reads. */
  public static RunSpec of(String id, String command) {
    return new RunSpec(
        RunSpec.FORMAT,
        id,
        "name",
        "local",
        "local",
        "2026-01-01T00:00:00Z",
        NO_TREE,
        0,
        1,
        0,
        Optional.empty(),
        command,
        Map.of(),
        List.of("metrics"),
        0,
        0);
  }

  /** The run {@code run-1} of a command in a workspace of one file. */
  public static RunSpec of(Snapshot workspace, String command) {
    RunSpec bare = of("run-1", command);
    return new RunSpec(
        bare.format(),
        bare.id(),
        bare.name(),
        bare.provider(),
        bare.profile(),
        bare.submitted(),
        workspace.tree().digest().hex(),
        workspace.tree().size(),
        1,
        workspace.bytes(),
        bare.setup(),
        command,
        bare.envs(),
        bare.metrics(),
        bare.maxSeconds(),
        bare.quietSeconds());
  }
}
