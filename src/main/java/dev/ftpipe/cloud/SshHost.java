package dev.ftpipe.cloud;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A host as {@code ssh} reaches it: the user's own configuration counts (names, jumps, keys, an
 * agent that asks for nothing), an unknown or changed host key is refused, and nothing of this
 * machine is forwarded to the host.
 */
public final class SshHost {
  /** What ssh itself ends with, whatever the command. */
  private static final int NOT_REACHED = 255;

  private final Map<String, String> options;

  /**
   * The host of a profile: {@code host}, and where they are needed {@code port}, {@code user},
   * {@code identity_file}, {@code known_hosts} (in place of the user's).
   */
  public SshHost(Map<String, String> options) {
    this.options = options;
  }

  /** How the host is called. */
  String name() {
    String host = options.get("host");
    if (host == null || host.isBlank() || host.startsWith("-")) {
      throw FtpipeException.usage(
          "a profile of the provider ssh needs a host: {provider: ssh, host: gpu1.example.org}");
    }
    return host;
  }

  /** The command up to the host. */
  List<String> command() {
    List<String> ssh = new ArrayList<>(List.of("ssh"));
    set(ssh, "StrictHostKeyChecking", "yes");
    set(ssh, "ForwardAgent", "no");
    set(ssh, "ForwardX11", "no");
    set(ssh, "ClearAllForwardings", "yes");
    set(ssh, "ConnectTimeout", "20");
    set(ssh, "ServerAliveInterval", "15");
    if (options.containsKey("known_hosts")) {
      set(ssh, "UserKnownHostsFile", options.get("known_hosts"));
      set(ssh, "GlobalKnownHostsFile", "/dev/null");
    }
    if (options.containsKey("identity_file")) {
      ssh.addAll(List.of("-i", options.get("identity_file")));
      set(ssh, "IdentitiesOnly", "yes");
    }
    if (options.containsKey("port")) {
      ssh.addAll(List.of("-p", options.get("port")));
    }
    if (options.containsKey("user")) {
      ssh.addAll(List.of("-l", options.get("user")));
    }
    return ssh;
  }

  private static void set(List<String> ssh, String option, String value) {
    ssh.addAll(List.of("-o", option + "=" + value));
  }

  /** Has bash read a script there. */
  public Programs.Said run(String script) throws IOException {
    Programs.Said said = Programs.run(line("bash -s"), Map.of(), script);
    if (said.exitCode() == NOT_REACHED) {
      throw FtpipeException.environment(
          name() + " is not reached: " + said.text().strip() + remedy(said.text()), null);
    }
    return said;
  }

  /** A command there that asks nobody for anything. */
  List<String> line(String there) {
    List<String> ssh = command();
    set(ssh, "BatchMode", "yes");
    ssh.addAll(List.of("-T", "--", name(), there));
    return ssh;
  }

  /** A command there that has this terminal; {@code typed}: somebody types into it. */
  public List<String> shell(String there, boolean typed) {
    List<String> ssh = command();
    ssh.addAll(List.of(typed ? "-t" : "-T", "--", name(), there));
    return ssh;
  }

  private String remedy(String text) {
    if (text.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")) {
      return "\nthe key of the host is another one than in known_hosts: ask whoever runs it";
    }
    if (text.contains("Host key verification failed")) {
      String port = options.containsKey("port") ? "-p " + options.get("port") + " " : "";
      return "\nits key is not in known_hosts: 'ssh " + port + name() + "' once shows it and asks";
    }
    return "";
  }
}
