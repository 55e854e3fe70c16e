package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.Task;
import dev.ftpipe.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** How a run is launched. */
final class LaunchOptions {
  @Option(
      names = "--on",
      paramLabel = "PROFILE",
      description =
          "Profile of .ftpipe/config.yaml (default: what resources.infra says, or local).")
  private Optional<String> on = Optional.empty();

  @Option(names = "--spot", description = "A machine that may be taken away.")
  boolean spot;

  @Option(names = "--dry-run", description = "Only the plan; needs no network.")
  boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Option(
      names = {"-d", "--detach"},
      description = "Print the run's id and leave.")
  boolean detach;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "K=V",
      description =
          "A variable of the run, which all who see the run see; K alone has the value that it has "
              + "here.")
  private List<String> env = new ArrayList<>();

  @Option(
      names = "--secret",
      paramLabel = "K",
      description = "A variable of this environment for the node's process alone.")
  private List<String> secrets = new ArrayList<>();

  @Option(
      names = {"-i", "--idle-minutes-to-autostop"},
      paramLabel = "N",
      description = "End the node after N minutes without output or metrics.")
  private Optional<Integer> idleMinutes = Optional.empty();

  @Option(
      names = "--down",
      description = "Give the machine back when the run ends; machines that are bought always are.")
  private boolean down;

  @Option(
      names = "--retry-until-up",
      description = "Wait for a machine as long as it takes, where machines are bought.")
  boolean untilUp;

  @Option(
      names = "--spot-timeout",
      paramLabel = "N",
      description = "After N minutes without a spot machine, one on demand takes its place.")
  private Optional<Integer> spotMinutes = Optional.empty();

  @Option(names = "--max-hourly", paramLabel = "USD", description = "The most an hour may cost.")
  Optional<Double> maxHourly = Optional.empty();

  @Option(
      names = "--max-total",
      paramLabel = "USD",
      description = "The node ends when its price has come to this.")
  Optional<Double> maxTotal = Optional.empty();

  @Option(names = "--allow-secrets", description = "Also files that look like keys or credentials.")
  boolean allowSecrets;

  /** Those that say something only to those who sell machines. */
  List<String> ofClouds() {
    List<String> given = new ArrayList<>();
    if (down) {
      given.add("--down");
    }
    if (untilUp) {
      given.add("--retry-until-up");
    }
    if (spotMinutes.isPresent()) {
      given.add("--spot-timeout");
    }
    return given;
  }

  long quietSeconds(Task task) {
    return idleMinutes.orElse(task.idleMinutes().orElse(0)) * 60L;
  }

  OptionalDouble maxHourly() {
    return maxHourly.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  OptionalLong spotSeconds() {
    return spotMinutes.map(n -> OptionalLong.of(60L * n)).orElse(OptionalLong.empty());
  }

  /** The machines that do, as spot where that is wanted; on demand, too, where they may be. */
  List<NodeSpec> machines(Task task) {
    List<NodeSpec> machines =
        new ArrayList<>(spot ? task.any().stream().map(NodeSpec::onSpot).toList() : task.any());
    if (spotMinutes.isPresent()) {
      machines.stream()
          .filter(NodeSpec::spot)
          .map(NodeSpec::onDemand)
          .toList()
          .forEach(machines::add);
    }
    return machines;
  }

  String profile(NodeSpec spec) {
    return on.or(spec::infra).orElse("local");
  }

  Map<String, String> envs(Task task) {
    Map<String, String> all = new TreeMap<>(task.envs());
    for (String each : env) {
      int equals = each.indexOf('=');
      String here = System.getenv(each);
      if (equals < 1 && here == null) {
        throw FtpipeException.usage(
            "-e takes NAME=VALUE, or the NAME of a variable of this environment, not '"
                + each
                + "'");
      }
      all.put(
          equals < 1 ? each : each.substring(0, equals),
          equals < 1 ? String.valueOf(here) : each.substring(equals + 1));
    }
    for (String name : task.unset()) {
      if (!all.containsKey(name)) {
        throw FtpipeException.usage(
            "'"
                + name
                + "' of the task's envs has no value; give it one with -e "
                + name
                + "=VALUE");
      }
    }
    return all;
  }

  /** Refuses what is wrong with variables before anything is done. */
  void requireVariables(Task task) {
    envs(task);
    secrets(task);
  }

  /** Variables for the node's process alone. */
  private Map<String, String> secrets(Task task) {
    Map<String, String> all = new TreeMap<>();
    List<String> names = new ArrayList<>(task.secrets());
    names.addAll(secrets);
    for (String name : names) {
      if (name.contains("=")) {
        throw FtpipeException.usage(
            "--secret takes the name of a variable of this environment; a value on a command line is"
                + " seen by everybody on the machine");
      }
      String value = System.getenv(name);
      if (value == null) {
        throw FtpipeException.usage("the secret " + name + " is not set in this environment");
      }
      all.put(name, value);
    }
    return all;
  }

  /** Variables of the node's process: how it finds the store, and secrets. */
  Map<String, String> nodeEnv(
      Task task,
      Settings settings,
      Path root,
      Provider provider,
      Map<String, String> described,
      Invocation invocation) {
    Map<String, String> all =
        new HashMap<>(new NodeEnvironment(invocation, settings, root).of(provider, described));
    all.putAll(secrets(task));
    return all;
  }
}
