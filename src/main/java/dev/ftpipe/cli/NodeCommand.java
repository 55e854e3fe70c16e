package dev.ftpipe.cli;

import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.NodeHost;
import dev.ftpipe.cloud.node.NodeAgent;
import dev.ftpipe.record.Machine;
import dev.ftpipe.record.RunFolder;
import dev.ftpipe.store.remote.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe node}: plays the node of a run; an engine starts it. */
@Command(name = "node", hidden = true, description = "Plays the node of a launched run.")
final class NodeCommand implements Callable<Integer> {
  /** Variable with the options of the remote, as JSON; no secrets are in it. */
  static final String STORE = "FTPIPE_NODE_STORE";

  /** Variable with the folder of a cache to share, where the node is on the same machine. */
  static final String CACHE = "FTPIPE_NODE_CACHE";

  private final Invocation invocation;

  @Parameters(paramLabel = "RUN")
  private String run = "";

  @Option(names = "--folder", required = true)
  private Path folder = Path.of("");

  @Option(names = "--provider")
  private Optional<String> provider = Optional.empty();

  @Option(names = "--over", description = "Only says that the run is over.")
  private boolean over;

  NodeCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    NodeHost host = host(invocation, provider);
    if (over) {
      host.finished(run);
      return 0;
    }
    NodePlace place = NodePlace.prepare(invocation, folder, Optional.empty());
    Map<String, String> env = new HashMap<>(env());
    env.putAll(host.secrets(run));
    try (Remote remote = place.connect()) {
      NodeAgent agent =
          new NodeAgent(
              run,
              place.work(),
              new CloudRuns(remote.objects()),
              remote,
              place.store(),
              Machine.here().host());
      invocation.stop().onRaise(() -> agent.leave("the machine was taken away"));
      host.watch(folder, agent::leave);
      int code = agent.run(Map.of(), env);
      if (code < NodeAgent.AGAIN) {
        host.finished(run);
      }
      return invocation.stop().ended(code);
    }
  }

  /** What a machine of this provider knows of itself. */
  static NodeHost host(Invocation invocation, Optional<String> provider) {
    return provider
        .map(name -> CloudScope.provider(invocation, name, Map.of()).host())
        .orElse(NodeHost.SILENT);
  }

  /** The command finds this ftpipe under its name, and records its run under this id. */
  private Map<String, String> env() throws IOException {
    Path bin = Files.createDirectories(folder.toAbsolutePath().resolve("bin"));
    Path program = bin.resolve("ftpipe");
    List<String> command = LaunchCommand.program(invocation);
    Files.writeString(
        program,
        "#!/bin/sh\nexec "
            + command.stream()
                .map(dev.ftpipe.cloud.Programs::quoted)
                .collect(Collectors.joining(" "))
            + " \"$@\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    String path = System.getenv("PATH");
    return Map.of(
        RunFolder.ID_VARIABLE, run, "PATH", bin + (path == null ? "" : ":" + path), "CI", "true");
  }
}
