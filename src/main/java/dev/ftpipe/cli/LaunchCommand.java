package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.Distribution;
import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Placement;
import dev.ftpipe.cloud.Programs;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.RunSpec;
import dev.ftpipe.cloud.Task;
import dev.ftpipe.cloud.TaskReader;
import dev.ftpipe.cloud.Terms;
import dev.ftpipe.config.Settings;
import dev.ftpipe.record.RunFolder;
import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
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
    List<NodeSpec> machines = options.machines(task);
    NodeSpec spec = machines.get(0);
    Settings settings = Settings.read(root);
    String profile = options.profile(spec);
    Map<String, String> described = CloudScope.profile(settings, profile);
    Provider provider = CloudScope.provider(invocation, profile, described);
    if (options.dryRun) {
      LaunchPlan plan =
          LaunchPlan.of(task, spec, profile, options, described, provider.sellsMachines());
      invocation.terminal().err().print(plan.text());
      return 0;
    }
    CloudScope.requireAll(profile, provider.lacks(described));
    LaunchPlan plan =
        provider.sellsMachines()
            ? LaunchPlan.of(
                task,
                spec,
                profile,
                options,
                described,
                provider.offers(machines, described, invocation::note))
            : LaunchPlan.of(task, spec, profile, options, described, false);
    invocation.terminal().err().print(plan.text());
    if (!options.yes && !mayGoOn()) {
      return 1;
    }
    try (CloudScope scope = new CloudScope(invocation)) {
      return launch(scope, root, task, spec, profile, described, provider, plan);
    }
  }

  private boolean mayGoOn() {
    return Confirmation.required(invocation.terminal(), "Launch?", "-y launches without asking");
  }

  private int launch(
      CloudScope scope,
      Path root,
      Task task,
      NodeSpec spec,
      String profile,
      Map<String, String> described,
      Provider provider,
      LaunchPlan plan)
      throws IOException {
    LaunchSnapshot sent = LaunchSnapshot.send(invocation, scope, root, options.allowSecrets);
    CloudRuns runs = scope.runs();
    String run = command().or(task::run).orElse(Task.REPRO);
    Optional<String> same = same(scope.listed(), sent, run, profile);
    String id = same.orElseGet(() -> RunFolder.newId(Instant.now()));
    if (same.isPresent() && scope.isAlive(id)) {
      invocation.note("the same is running already as " + id + "; nothing new was started");
    } else {
      if (same.isPresent()) {
        invocation.note("the engine no longer has " + id + ", the same run: it goes on");
      } else {
        runs.submit(
            new RunSpec(
                RunSpec.FORMAT,
                id,
                task.name(),
                described.getOrDefault("provider", profile),
                profile,
                Instant.now().toString(),
                sent.snapshot().tree().digest().hex(),
                sent.snapshot().tree().size(),
                sent.snapshot().blobs().size(),
                sent.snapshot().bytes(),
                task.setup(),
                run,
                options.envs(task.envs()),
                sent.metrics(),
                plan.maxSeconds(),
                options.quietSeconds(task)));
      }
      Map<String, String> env =
          options.nodeEnv(task, scope.settings(), root, provider, described, invocation);
      String handle =
          provider.submit(
              new Provider.Order(
                  id,
                  program(invocation),
                  List.of("node", id),
                  env,
                  root,
                  spec,
                  described,
                  plan.maxSeconds(),
                  terms(task, plan, scope, provider)));
      runs.place(id, new Placement(described.getOrDefault("provider", profile), profile, handle));
      invocation.terminal().err().println("run " + id + " on " + profile + " (" + handle + ")");
    }
    if (options.detach) {
      invocation.terminal().out().println(id);
      return 0;
    }
    return new LogFollower(invocation, scope, id).follow();
  }

  private Terms terms(Task task, LaunchPlan plan, CloudScope scope, Provider provider)
      throws IOException {
    return new Terms(
        plan.offers(),
        task.isOrdered(),
        plan.maxHourly(),
        options.spotSeconds(),
        options.untilUp,
        scope.settings().remote(Optional.empty()).url(),
        distribution(provider, scope.remotes().get().objects()),
        invocation::note);
  }

  /** The program that machines bring themselves; those that are here already have one. */
  static Optional<Distribution> distribution(Provider provider, ObjectStore objects)
      throws IOException {
    if (!provider.sellsMachines()) {
      return Optional.empty();
    }
    Optional<Distribution> current = Distribution.current(objects);
    if (current.isEmpty()) {
      throw FtpipeException.usage(
          "machines bring ftpipe from the remote, and it is not there yet: send it once with"
              + " 'ftpipe cloud dist'");
    }
    return current;
  }

  private static Optional<String> same(
      List<CloudRuns.Listed> runs, LaunchSnapshot sent, String run, String profile) {
    String digest = sent.snapshot().tree().digest().hex();
    return runs.stream()
        .filter(each -> each.state().isEmpty() || !each.state().get().isFinal())
        .map(CloudRuns.Listed::spec)
        .filter(each -> each.snapshot().equals(digest) && each.run().equals(run))
        .filter(each -> each.profile().equals(profile))
        .map(RunSpec::id)
        .findFirst();
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
