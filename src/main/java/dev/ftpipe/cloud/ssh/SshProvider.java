package dev.ftpipe.cloud.ssh;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CopiedProgram;
import dev.ftpipe.cloud.NodeShell;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.ShellEngine;
import dev.ftpipe.cloud.SshHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs on a host that is there already. Options of the profile: {@code host} (as ssh knows it),
 * {@code port}, {@code user}, {@code identity_file}, {@code known_hosts} (in place of the user's),
 * {@code folder} (there, for nodes and programs), {@code program} (an ftpipe that is there; without
 * it this one is copied once).
 */
public final class SshProvider implements Provider {
  private static final String FOLDER = ".cache/ftpipe";
  private static final List<String> TOOLS =
      List.of("setsid", "flock", "timeout", "tar", "mkdir", "seq");

  @Override
  public List<String> lacks(Map<String, String> options) {
    if (!options.containsKey("host")) {
      return List.of("a profile with a host is needed: {provider: ssh, host: NAME}");
    }
    if (!Programs.has("ssh")) {
      return List.of("ssh is not on the PATH: install an OpenSSH client");
    }
    List<String> wanted = new ArrayList<>(TOOLS);
    wanted.add(options.getOrDefault("program", "java"));
    String script =
        wanted.stream()
            .map(Programs::quoted)
            .map(tool -> "command -v " + tool + " >/dev/null || echo missing: " + tool + "\n")
            .collect(Collectors.joining());
    try {
      return new SshHost(options)
          .run(script)
          .text()
          .lines()
          .filter(line -> line.startsWith("missing: "))
          .map(line -> line.substring(9) + " is not on the PATH of " + options.get("host"))
          .toList();
    } catch (FtpipeException | IOException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String submit(Order order) throws IOException {
    SshHost host = new SshHost(order.options());
    new ShellEngine(host::run)
        .start(node(order), line(host, order), order.env(), order.maxSeconds());
    return node(order);
  }

  @Override
  public String submitMany(Order order, int count, int atOnce) throws IOException {
    SshHost host = new SshHost(order.options());
    new ShellEngine(host::run)
        .startMany(node(order), line(host, order), order.env(), count, atOnce);
    return node(order);
  }

  private static String folder(Order order) {
    return order.options().getOrDefault("folder", FOLDER);
  }

  private static String node(Order order) {
    return folder(order) + "/nodes/" + order.id();
  }

  private static String line(SshHost host, Order order) throws IOException {
    return CopiedProgram.line(host, order, folder(order) + "/programs");
  }

  @Override
  public boolean isAlive(String handle, Map<String, String> options) throws IOException {
    return new ShellEngine(new SshHost(options)::run).isAlive(handle);
  }

  @Override
  public void end(String handle, Map<String, String> options) throws IOException {
    new ShellEngine(new SshHost(options)::run).end(handle);
  }

  @Override
  public List<String> shell(Placed job, Optional<String> line) {
    return new SshHost(job.options()).shell(NodeShell.line(job.handle(), line), line.isEmpty());
  }
}
