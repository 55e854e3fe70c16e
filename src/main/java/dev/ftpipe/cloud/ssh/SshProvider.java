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
  private static final String JAVA = "java";
  private static final String MISSING = "missing: ";
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
    SshHost host = new SshHost(options);
    try {
      List<String> wanted = new ArrayList<>(TOOLS);
      if (options.containsKey("program")) {
        wanted.add(options.get("program"));
      } else if (!CopiedProgram.bringsRuntime(host)) {
        wanted.add(JAVA);
      }
      String script =
          wanted.stream()
              .map(Programs::quoted)
              .map(tool -> "command -v " + tool + " >/dev/null || echo missing: " + tool + "\n")
              .collect(Collectors.joining());
      return host.run(script)
          .text()
          .lines()
          .filter(line -> line.startsWith(MISSING))
          .map(line -> line.substring(MISSING.length()))
          .map(tool -> tool + " is not on the PATH of " + options.get("host") + remedy(tool))
          .toList();
    } catch (FtpipeException | IOException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private static String remedy(String tool) {
    return tool.equals(JAVA)
        ? ": install Java 17, or launch from a distribution of ftpipe, which brings its own"
        : "";
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
  public Optional<String> lastWords(Placed job) throws IOException {
    return new ShellEngine(new SshHost(job.options())::run).lastWords(job.handle());
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
