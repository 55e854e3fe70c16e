package dev.ftpipe.cli;

import java.util.Map;
import java.util.Optional;

/** What somebody who comes from SkyPilot types, with what does it here. */
final class SkyPilotHabits {
  private static final String IN_THE_TASK =
      "say it in the task file (cloud/training.yaml, or the FILE of launch), as resources.";

  private static final Map<String, String> COMMANDS =
      Map.ofEntries(
          Map.entry("autostop", "ftpipe launch -i MINUTES, or autostop in the task file"),
          Map.entry(
              "check", "ftpipe cloud check; whether results are the same: ftpipe repro --check"),
          Map.entry("cost-report", "launch shows prices and the most that a run may cost"),
          Map.entry("dashboard", "ftpipe ui"),
          Map.entry(
              "exec", "ftpipe ssh RUN -- COMMAND; as a run of its own: ftpipe launch -- COMMAND"),
          Map.entry("jobs", "every run is one that recovers: ftpipe launch, queue, logs, cancel"),
          Map.entry("show-gpus", "ftpipe cloud show-gpus"),
          Map.entry("start", "a machine lives as long as its run: ftpipe launch again"),
          Map.entry("stop", "a machine lives as long as its run: ftpipe cancel RUN or down RUN"),
          Map.entry("storage", "ftpipe add PATH --from URL, push and pull"));

  private static final Map<String, String> OF_LAUNCH =
      Map.ofEntries(
          Map.entry("-c", "a run has an id, which launch prints; it needs no cluster"),
          Map.entry("--cluster", "a run has an id, which launch prints; it needs no cluster"),
          Map.entry("-n", "the name is the task file's"),
          Map.entry("--name", "the name is the task file's"),
          Map.entry("-r", "--retry-until-up"),
          Map.entry("-s", "--detach"),
          Map.entry("--async", "--detach"),
          Map.entry("--detach-run", "--detach"),
          Map.entry("--detach-setup", "--detach"),
          Map.entry("--dryrun", "--dry-run"),
          Map.entry("--use-spot", "--spot"),
          Map.entry(
              "--no-use-spot", "a machine is on demand unless --spot or the task file says so"),
          Map.entry("--infra", "--on PROFILE"),
          Map.entry("--cloud", "--on PROFILE"),
          Map.entry("--gpus", IN_THE_TASK + "accelerators"),
          Map.entry("--cpus", IN_THE_TASK + "cpus"),
          Map.entry("--memory", IN_THE_TASK + "memory"),
          Map.entry("-t", IN_THE_TASK + "instance_type"),
          Map.entry("--instance-type", IN_THE_TASK + "instance_type"),
          Map.entry("--region", IN_THE_TASK + "region"),
          Map.entry("--zone", IN_THE_TASK + "zone"),
          Map.entry("--image-id", IN_THE_TASK + "image_id"),
          Map.entry("--disk-size", IN_THE_TASK + "disk_size"),
          Map.entry("--ports", "nobody comes in to a node; ftpipe ssh RUN goes there"),
          Map.entry(
              "--num-nodes", "training runs on one node; many stages: ftpipe repro --on PROFILE"),
          Map.entry("--workdir", "the project goes along"),
          Map.entry("--env-file", "-e K=V, and --secret K for what nobody is to see"),
          Map.entry("--secret-file", "--secret K, for each variable of this environment"),
          Map.entry("--fast", "what is there already is not sent again"));

  private static final Map<String, Map<String, String>> OPTIONS =
      Map.of(
          "launch", OF_LAUNCH,
          "logs", Map.of("--no-follow", "without -f it does not follow"),
          "down", Map.of("-a", "one run at a time; ftpipe cloud gc finds what is left of all"),
          "cancel", Map.of("-a", "one run at a time"),
          "show-gpus", Map.of("--all", "it shows all", "-a", "it shows all"));

  private SkyPilotHabits() {}

  /** What does here what this option of a command does there. */
  static Optional<String> option(String command, String option) {
    return Optional.ofNullable(OPTIONS.getOrDefault(command, Map.of()).get(option));
  }

  /** What does here what this command does there. */
  static Optional<String> command(String name) {
    return Optional.ofNullable(COMMANDS.get(name));
  }
}
