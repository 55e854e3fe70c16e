package dev.ftpipe.cloud.local;

import dev.ftpipe.cloud.NodeShell;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.ShellEngine;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs on this machine, as on any other that has a shell and no engine. */
public final class LocalProvider implements Provider {
  private final ShellEngine engine =
      new ShellEngine(script -> Programs.run(List.of("bash", "-s"), Map.of(), script));

  @Override
  public List<String> lacks(Map<String, String> options) {
    List<String> lacking =
        Stream.of("bash", "setsid", "flock", "timeout")
            .filter(program -> !Programs.has(program))
            .toList();
    return lacking.isEmpty()
        ? List.of()
        : List.of(
            String.join(", ", lacking)
                + " not on the PATH: install bash, util-linux and coreutils");
  }

  @Override
  public String submit(Order order) throws IOException {
    String nodes = order.folder().resolve(".ftpipe/nodes").resolve(order.id()).toString();
    engine.start(nodes, order.line(), order.env(), order.maxSeconds());
    return nodes;
  }

  @Override
  public String submitMany(Order order, int count, int atOnce) throws IOException {
    String nodes = order.folder().resolve(".ftpipe/nodes").resolve(order.id()).toString();
    engine.startMany(nodes, order.line(), order.env(), count, atOnce);
    return nodes;
  }

  @Override
  public boolean isAlive(String handle, Map<String, String> options) throws IOException {
    return engine.isAlive(handle);
  }

  @Override
  public Optional<String> lastWords(Placed job) throws IOException {
    return engine.lastWords(job.handle());
  }

  @Override
  public void end(String handle, Map<String, String> options) throws IOException {
    engine.end(handle);
  }

  @Override
  public List<String> shell(Placed job, Optional<String> line) {
    return List.of("bash", "-c", NodeShell.line(job.handle(), line));
  }
}
