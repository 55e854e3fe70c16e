package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Task;
import dev.ftpipe.cloud.TaskReader;
import dev.ftpipe.config.Settings;
import dev.ftpipe.run.WorkerCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ftpipe launch}: submits the workspace to a provider. */
@Command(
    name = "launch",
    description = "Runs the workspace on another machine, and follows its log; Ctrl-C detaches.",
    footer = {
      "",
      "FILE is a task file as of SkyPilot (default: cloud/training.yaml, if there is one).",
      "Example: ftpipe launch --on local -y -- ftpipe repro --pull --push"
    })
final class LaunchCommand implements Callable<Integer> {
  private static final Path USUAL = Path.of("cloud/training.yaml");

  private final Invocation invocation;

  @Parameters(
      paramLabel = "FILE [COMMAND]",
      arity = "0..*",
      description = "The task file; after --, what to run in place of what it says.")
  private List<String> words = new ArrayList<>();

  @Mixin private final LaunchOptions options = new LaunchOptions();

  LaunchCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Path root = invocation.global().projectRoot();
    Task task = task(root);
    options.requireVariables(task);
    Settings settings = Settings.read(root);
    List<LaunchCandidate> candidates =
        LaunchCandidate.of(invocation, settings, task, options, invocation::note);
    if (options.dryRun) {
      for (LaunchCandidate each : candidates) {
        invocation.terminal().err().print(each.sketch().text());
      }
      return 0;
    }
    Map<LaunchCandidate, LaunchPlan> plans = plans(candidates);
    if (!options.yes && !mayGoOn()) {
      return 1;
    }
    try (CloudScope scope = new CloudScope(invocation)) {
      LaunchSnapshot sent = LaunchSnapshot.send(invocation, scope, root, options.allowSecrets);
      String run = command().or(task::run).orElse(Task.REPRO);
      String id = new Launching(invocation, scope, task, options, sent, run).launch(plans);
      if (options.detach) {
        invocation.terminal().out().println(id);
        return 0;
      }
      return new LogFollower(invocation, scope, id).follow();
    }
  }

  /** Of each that may be had, and shows it; one that cannot is passed over while there are more. */
  private Map<LaunchCandidate, LaunchPlan> plans(List<LaunchCandidate> candidates)
      throws IOException {
    Map<LaunchCandidate, LaunchPlan> plans = new LinkedHashMap<>();
    for (LaunchCandidate each : candidates) {
      try {
        LaunchPlan plan = each.plan();
        invocation.terminal().err().print(plan.text());
        plans.put(each, plan);
      } catch (FtpipeException e) {
        if (plans.isEmpty() && each.equals(candidates.get(candidates.size() - 1))) {
          throw e;
        }
        invocation.note("not on " + each.name() + ": " + e.getMessage());
      }
    }
    return plans;
  }

  private boolean mayGoOn() {
    return Confirmation.required(invocation.terminal(), "Launch?", "-y launches without asking");
  }

  /** The command that starts this ftpipe. */
  static List<String> program(Invocation invocation) {
    List<String> command = invocation.wiring().worker().command();
    return command.stream().filter(word -> !word.equals(WorkerCommand.ARGUMENT)).toList();
  }

  /** One word is a line for a shell; several are a program and its arguments, as they are. */
  private Optional<String> command() {
    List<String> command = isFile() ? words.subList(1, words.size()) : words;
    return switch (command.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(command.get(0));
      default ->
          Optional.of(command.stream().map(Programs::quoted).collect(Collectors.joining(" ")));
    };
  }

  private boolean isFile() {
    return !words.isEmpty() && words.get(0).matches(".*\\.ya?ml");
  }

  private Task task(Path root) {
    if (isFile()) {
      Path file = invocation.global().directory.resolve(words.get(0));
      return TaskReader.read(file, words.get(0));
    }
    return Files.exists(root.resolve(USUAL))
        ? TaskReader.read(root.resolve(USUAL), USUAL.toString())
        : Task.usual("ftpipe");
  }
}
