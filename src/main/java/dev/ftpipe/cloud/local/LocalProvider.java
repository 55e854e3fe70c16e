package dev.ftpipe.cloud.local;

import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs on this machine. A shell of its own session plays the engine: it starts the node again when
 * that was killed, and outlives whoever launched.
 */
public final class LocalProvider implements Provider {
  private static final String MOST_ATTEMPTS = "20";

  @Override
  public List<String> lacks(Map<String, String> options) {
    return Programs.has("setsid") && Programs.has("bash")
        ? List.of()
        : List.of("setsid and bash are needed: install util-linux and bash");
  }

  @Override
  public String submit(Order order) throws IOException {
    Path nodes = order.folder().resolve(".ftpipe/nodes").resolve(order.id());
    Files.createDirectories(nodes);
    Path engine = nodes.resolve("engine.pid");
    if (Files.exists(engine)) {
      return engine.toString();
    }
    String node =
        order.node().stream().map(Programs::quoted).collect(Collectors.joining(" "))
            + " --folder "
            + Programs.quoted(nodes.toString());
    // 128 and more: a signal ended it, as when a machine is taken away.
    Files.writeString(
        nodes.resolve("engine.sh"),
        "echo $$ >engine.pid\nfor i in $(seq "
            + MOST_ATTEMPTS
            + "); do\n  "
            + node
            + " </dev/null\n  [ $? -ge 128 ] || break\n  sleep 0.2\ndone\n");
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "--fork", "bash", "engine.sh").directory(nodes.toFile());
    builder.environment().putAll(order.env());
    Path log = nodes.resolve("engine.log");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      builder.start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return engine.toString();
  }

  @Override
  public boolean isAlive(String handle, Map<String, String> options) throws IOException {
    Path engine = Path.of(handle);
    if (!Files.exists(engine)) {
      return false;
    }
    String pid = Files.readString(engine).strip();
    return !pid.isEmpty()
        && ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isPresent();
  }

  @Override
  public void end(String handle, Map<String, String> options) throws IOException {
    if (isAlive(handle, options)) {
      String pid = Files.readString(Path.of(handle)).strip();
      // The group is the session's: the engine first, so that it starts nothing anew.
      Programs.run(List.of("kill", "-KILL", pid), Map.of(), "");
      Programs.run(List.of("kill", "-TERM", "--", "-" + pid), Map.of(), "");
    }
  }
}
