package dev.ftpipe.cloud.slurm;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CopiedProgram;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.SshHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where the programs of a cluster are: here, or on the {@code host} of the profile, which ssh
 * reaches. There the home folder has to be that of the cluster's machines, too.
 */
final class LoginNode {
  private static final List<String> PROGRAMS = List.of("sbatch", "squeue", "scancel");
  private static final String FOLDER = ".cache/ftpipe";

  private final Map<String, String> options;
  private final Optional<SshHost> host;

  LoginNode(Map<String, String> options) {
    this.options = options;
    this.host = options.containsKey("host") ? Optional.of(new SshHost(options)) : Optional.empty();
  }

  /** The programs that are not there. */
  List<String> lacks() throws IOException {
    List<String> lacking = new ArrayList<>();
    for (String program : PROGRAMS) {
      if (host.isPresent() && !host.get().run("command -v " + program + "\n").isDone()) {
        lacking.add(program + " is not on the PATH of " + options.get("host"));
      } else if (host.isEmpty() && !Programs.has(program)) {
        lacking.add(
            program
                + " is not on the PATH: run this on a login node of the cluster, or give the"
                + " profile its host");
      }
    }
    if (lacking.isEmpty()) {
      Programs.Said answer = run(List.of("squeue", "-h", "--name=ftpipe"), Map.of(), "");
      if (!answer.isDone()) {
        lacking.add("the cluster does not answer: " + answer.text().strip());
      }
    }
    return lacking;
  }

  /**
   * Runs a program there.
   *
   * @param env goes through the input of a shell where that is elsewhere, and is not written down
   */
  Programs.Said run(List<String> command, Map<String, String> env, String input)
      throws IOException {
    Map<String, String> all = new TreeMap<>(env);
    all.putAll(conf());
    if (host.isEmpty()) {
      return Programs.run(command, all, input);
    }
    StringBuilder script = new StringBuilder();
    all.forEach(
        (name, value) ->
            script
                .append("export ")
                .append(name)
                .append('=')
                .append(Programs.quoted(value))
                .append('\n'));
    script.append(line(command)).append(" <<'FTPIPE_END'\n").append(input).append("\nFTPIPE_END\n");
    return host.get().run(script.toString());
  }

  /** The same; what it says. */
  String said(List<String> command, Map<String, String> env, String input) throws IOException {
    Programs.Said said = run(command, env, input);
    if (!said.isDone()) {
      throw FtpipeException.environment(command.get(0) + " refused: " + said.text().strip(), null);
    }
    return said.text();
  }

  /** The folder of a node; relative to the home folder where that is elsewhere. */
  String folder(Path project, String id) {
    return host.isEmpty()
        ? project.resolve(".ftpipe/nodes").resolve(id).toString()
        : options.getOrDefault("folder", FOLDER) + "/nodes/" + id;
  }

  /** The line for a shell that plays the node of an order. */
  String node(Provider.Order order) throws IOException {
    return host.isEmpty()
        ? order.line()
        : CopiedProgram.line(
            host.get(), order, options.getOrDefault("folder", FOLDER) + "/programs");
  }

  /** The command that has this terminal and runs a program there. */
  List<String> shell(List<String> command, boolean typed) {
    List<String> all = new ArrayList<>();
    if (!conf().isEmpty()) {
      all.add("env");
      conf().forEach((name, value) -> all.add(name + "=" + value));
    }
    all.addAll(command);
    return host.isEmpty() ? all : host.get().shell(line(all), typed);
  }

  private Map<String, String> conf() {
    String conf = options.get("conf");
    return conf == null ? Map.of() : Map.of("SLURM_CONF", conf);
  }

  private static String line(List<String> command) {
    return command.stream().map(Programs::quoted).collect(Collectors.joining(" "));
  }
}
