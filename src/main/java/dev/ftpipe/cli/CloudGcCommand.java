package dev.ftpipe.cli;

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
            + "machines, fleets, templates, groups, roles, secrets. Says what that is, asks, removes it.",
    footer = {"", "Example: ftpipe cloud gc --dry-run"})
final class CloudGcCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--on",
      paramLabel = "PROFILE",
      description =
          "Ask this profile's account (default: those of the profiles and runs of the project that "
              + "buy machines).")
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

  /** What a provider has of a run that does not need it. */
  private record Orphan(
      Provider provider,
      Map<String, String> options,
      String run,
      String why,
      List<String> remains) {}

  @Override
  public Integer call() throws IOException {
    Duration youngest = GcCommand.time(grace);
    try (CloudScope scope = new CloudScope(invocation)) {
      List<Orphan> orphans = orphans(scope, youngest);
      for (Orphan each : orphans) {
        invocation
            .terminal()
            .out()
            .println(
                "run " + each.run() + " " + each.why() + ": " + String.join(", ", each.remains()));
      }
      if (orphans.isEmpty()) {
        return 0;
      }
      if (dryRun
          || !(force
              || Confirmation.required(
                  invocation.terminal(), "Remove it?", CloudPolicyCommand.UNASKED))) {
        return dryRun ? 0 : 1;
      }
      for (Orphan each : orphans) {
        each.provider().end(each.run(), each.options());
        CloudEnding.tellOfEnd(scope.runs(), each.run(), each.why());
      }
      invocation.note("removed what was left of " + Sizes.count(orphans.size(), "run"));
      return 0;
    }
  }

  private List<Orphan> orphans(CloudScope scope, Duration youngest) throws IOException {
    String store = scope.settings().remote(Optional.empty()).url();
    List<Orphan> orphans = new ArrayList<>();
    Map<String, Map<String, String>> profiles = profiles(scope);
    for (var profile : profiles.entrySet()) {
      Provider provider = CloudScope.provider(invocation, profile.getKey(), profile.getValue());
      for (var found : provider.remains(store, profile.getValue()).entrySet()) {
        why(scope, provider, profile.getValue(), found.getKey(), youngest)
            .ifPresent(
                why ->
                    orphans.add(
                        new Orphan(
                            provider, profile.getValue(), found.getKey(), why, found.getValue())));
      }
    }
    if (orphans.isEmpty()) {
      invocation.note(
          profiles.isEmpty()
              ? "no profile here buys machines, and no run was launched by one: nobody was asked"
                  + " (--on aws asks the account of the environment)"
              : "nothing is left of runs that are over");
    }
    return orphans;
  }

  /** Those whose provider sells machines: of the project's profiles, and of usual ones in use. */
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
      if (CloudScope.provider(invocation, name, options).sellsMachines()) {
        profiles.put(name, options);
      }
    }
    return profiles;
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
    if (runs.state(run).filter(RunState::isFinal).isPresent()) {
      return Optional.of("is over");
    }
    Instant submitted = Instant.parse(spec.get().submitted());
    if (submitted.plus(youngest).isAfter(Instant.now())) {
      return Optional.empty();
    }
    if (runs.placement(run).isEmpty()) {
      return Optional.of("was never launched to the end");
    }
    return provider.isAlive(run, options)
        ? Optional.empty()
        : Optional.of("has no machine any more");
  }
}
