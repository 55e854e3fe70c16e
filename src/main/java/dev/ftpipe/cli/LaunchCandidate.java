package dev.ftpipe.cli;

import dev.ftpipe.cloud.NodeSpec;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.Task;
import dev.ftpipe.config.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A place where a task may run: one profile, and where it has several regions one of them.
 *
 * @param described options of the profile
 * @param machines that do, each for itself
 */
record LaunchCandidate(
    String profile,
    Map<String, String> described,
    Provider provider,
    List<NodeSpec> machines,
    Task task,
    LaunchOptions options,
    Consumer<String> notes) {
  private record Place(String profile, Optional<String> region) {}

  /** The places of a task, in the order of its choices. */
  static List<LaunchCandidate> of(
      Invocation invocation,
      Settings settings,
      Task task,
      LaunchOptions options,
      Consumer<String> notes) {
    Map<Place, List<NodeSpec>> places = new LinkedHashMap<>();
    for (NodeSpec each : options.machines(task)) {
      Place place = new Place(options.profile(each), each.place().region());
      places.computeIfAbsent(place, none -> new ArrayList<>()).add(each);
    }
    List<LaunchCandidate> candidates = new ArrayList<>();
    places.forEach(
        (place, machines) -> {
          Map<String, String> described = CloudScope.profile(settings, place.profile());
          Provider provider = CloudScope.provider(invocation, place.profile(), described);
          candidates.add(
              new LaunchCandidate(
                  place.profile(), described, provider, machines, task, options, notes));
        });
    return candidates;
  }

  /** The machine that is asked of those who have some already. */
  NodeSpec spec() {
    return machines.get(0);
  }

  /** As a user calls it. */
  String name() {
    return profile + spec().place().region().map(region -> "/" + region).orElse("");
  }

  String providerName() {
    return described.getOrDefault("provider", profile);
  }

  /** What would be done, as far as it is known without a network. */
  LaunchPlan sketch() {
    return LaunchPlan.of(this, provider.sellsMachines());
  }

  /** What is to be done, with the prices of now; refuses a profile that lacks something. */
  LaunchPlan plan() throws IOException {
    CloudScope.requireAll(profile, provider.lacks(described));
    return provider.sellsMachines()
        ? LaunchPlan.of(this, provider.offers(machines, described, notes))
        : LaunchPlan.of(this, false);
  }
}
