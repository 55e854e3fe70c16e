package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.RunSpec;
import dev.ftpipe.cloud.RunState;
import dev.ftpipe.cloud.jobs.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ftpipe cloud gc}: finds what was made for runs that no longer need it. */
@Command(
    name = "gc",
    description =
        "Finds what providers still have of runs that are over, or whose launch was cut off: "
            + "machines, fleets, templates, groups, roles, secrets, jobs. Says what that is, asks,"
            + " removes it.",
    footer = {"", "Example: ftpipe cloud gc --dry-run"})
final class CloudGcCommand implements Callable<Integer> {
  private static final String UNFINISHED = "was never launched to the end";

  private final Invocation invocation;

  @Option(
      names = "--on",
      paramLabel = "PROFILE",
      description =
          "Ask this profile's engine (default: those of the profiles and runs of the project, as "
              + "far as they know their runs: EC2, Kubernetes, SLURM).")
  private Optional<String> on = Optional.empty();

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description = "A launch that is younger may still go on (default: ${DEFAULT-VALUE}).",
      defaultValue = "15m")
  private String grace = "15m";

  @Option(names = "--dry-run", description = "Only say what would be removed.")
  private boolean dryRun;

  @Option(
      names = {"-f", "--force", "-y", "--yes"},
      description = "Do not ask.")
  private boolean force;

  CloudGcCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  /**
   * A run that nobody needs any more.
   *
   * @param remains what there is of it
   * @param end removes that
   */
  private record Orphan(String run, String why, List<String> remains, Removal end) {}

  private interface Removal {
    void run() throws IOException;
  }

  @Override
  public Integer call() throws IOException {
    Duration youngest = GcCommand.time(grace);
    try (CloudScope scope = new CloudScope(invocation)) {
      List<String> unseen = new ArrayList<>();
      Map<String, Map<String, String>> profiles = profiles(scope);
      List<Orphan> orphans = orphans(scope, profiles, youngest, unseen);
      orphans.addAll(neverBegun(scope, youngest, orphans));
      for (Orphan each : orphans) {
        invocation
            .terminal()
            .out()
            .println(
                "run " + each.run() + " " + each.why() + ": " + String.join(", ", each.remains()));
      }
      boolean isToDo = !orphans.isEmpty() && !dryRun;
      if (isToDo && !force && !mayRemove()) {
        return 1;
      }
      if (isToDo) {
        for (Orphan each : orphans) {
          each.end().run();
          CloudEnding.tellOfEnd(scope.runs(), each.run(), each.why());
        }
        invocation.note("removed what was left of " + Sizes.count(orphans.size(), "run"));
      }
      if (!unseen.isEmpty()) {
        throw FtpipeException.environment(String.join("\n", unseen), null);
      }
      if (orphans.isEmpty()) {
        invocation.note(
            profiles.isEmpty()
                ? "nothing was found; no profile here has an engine that knows its runs, and no run"
                    + " was launched by one (--on aws asks the account of the environment)"
                : "nothing is left of runs that are over");
      }
      return 0;
    }
  }

  private boolean mayRemove() {
    return Confirmation.required(invocation.terminal(), "Remove it?", CloudPolicyCommand.UNASKED);
  }

  /**
   * What engines have of runs that do not need it.
   *
   * @param unseen hears which engines did not answer
   */
  private List<Orphan> orphans(
      CloudScope scope,
      Map<String, Map<String, String>> profiles,
      Duration youngest,
      List<String> unseen)
      throws IOException {
    String store = scope.settings().remote(Optional.empty()).url();
    List<Orphan> orphans = new ArrayList<>();
    for (var profile : profiles.entrySet()) {
      Map<String, String> options = profile.getValue();
      Provider provider = CloudScope.provider(invocation, profile.getKey(), options);
      try {
        for (var found : provider.remains(store, options).entrySet()) {
          String run = found.getKey();
          why(scope, provider, options, run, youngest)
              .ifPresent(
                  why ->
                      orphans.add(
                          new Orphan(
                              run, why, found.getValue(), () -> provider.end(run, options))));
        }
      } catch (FtpipeException e) {
        unseen.add("what profile '" + profile.getKey() + "' has was not seen: " + e.getMessage());
      }
    }
    return orphans;
  }

  /** Those whose provider can say what it has of runs: of the project, and usual ones in use. */
  private Map<String, Map<String, String>> profiles(CloudScope scope) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    if (on.isPresent()) {
      names.add(on.get());
    } else {
      names.addAll(scope.settings().profiles().keySet());
      for (CloudRuns.Listed each : scope.listed()) {
        if (CloudScope.isUsual(each.spec().profile())) {
          names.add(each.spec().profile());
        }
      }
    }
    Map<String, Map<String, String>> profiles = new LinkedHashMap<>();
    for (String name : names) {
      Map<String, String> options = CloudScope.profile(scope.settings(), name);
      if (CloudScope.provider(invocation, name, options).knowsRuns()) {
        profiles.put(name, options);
      }
    }
    return profiles;
  }

  /** Runs whose launch was cut off before an engine had heard of them. */
  private static List<Orphan> neverBegun(CloudScope scope, Duration youngest, List<Orphan> others)
      throws IOException {
    List<Orphan> orphans = new ArrayList<>();
    for (CloudRuns.Listed each : scope.listed()) {
      String run = each.spec().id();
      if (each.state().isEmpty()
          && isOlder(each.spec(), youngest)
          && CloudScope.isKnown(scope.settings(), each.spec().profile())
          && others.stream().noneMatch(other -> other.run().equals(run))
          && scope.runs().placement(run).isEmpty()
          && !scope.isAtEngine(run)) {
        orphans.add(new Orphan(run, UNFINISHED, List.of("its place in the queue"), () -> {}));
      }
    }
    return orphans;
  }

  private static boolean isOlder(RunSpec spec, Duration age) {
    return !Instant.parse(spec.submitted()).plus(age).isAfter(Instant.now());
  }

  /** Why nobody needs what there is of a run; empty when somebody may. */
  private static Optional<String> why(
      CloudScope scope,
      Provider provider,
      Map<String, String> options,
      String run,
      Duration youngest)
      throws IOException {
    CloudRuns runs = scope.runs();
    if (new Tasks(scope.remotes().get().objects()).isKnown(run)) {
      return provider.isAlive(run, options)
          ? Optional.empty()
          : Optional.of("has no machine any more");
    }
    Optional<RunSpec> spec = runs.spec(run);
    if (spec.isEmpty()) {
      return Optional.of("is not at the remote");
    }
    Optional<RunState> state = runs.state(run);
    if (state.filter(RunState::isFinal).isPresent()) {
      return Optional.of("is over");
    }
    if (!isOlder(spec.get(), youngest)) {
      return Optional.empty();
    }
    if (state.isEmpty() && runs.placement(run).isEmpty()) {
      return Optional.of(UNFINISHED);
    }
    return provider.isAlive(run, options)
        ? Optional.empty()
        : Optional.of("has no machine any more");
  }
}
