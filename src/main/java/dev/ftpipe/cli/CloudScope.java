package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.Placement;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.RunMemory;
import dev.ftpipe.cloud.RunSpec;
import dev.ftpipe.config.Settings;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/** The runs at the default remote, for one command. */
final class CloudScope implements Closeable {
  private static final Map<String, Map<String, String>> USUAL =
      Map.of("local", Map.of(), "aws", Map.of("provider", "ec2"), "ec2", Map.of());

  private static final Map<String, String> EXAMPLES =
      Map.of(
          "kubernetes", "{provider: kubernetes, image: 'registry.example.org/ftpipe:1'}",
          "k8s", "{provider: kubernetes, image: 'registry.example.org/ftpipe:1'}",
          "ssh", "{provider: ssh, host: gpu1.example.org}",
          "gcp", "{provider: ssh, host: gpu1.example.org}",
          "azure", "{provider: ssh, host: gpu1.example.org}");

  private final Invocation invocation;
  private final Settings settings;
  private final Remotes remotes;

  CloudScope(Invocation invocation) {
    this.invocation = invocation;
    this.settings = Settings.read(invocation.global().projectRoot());
    this.remotes = Remotes.connect(invocation, settings, Optional.empty(), OptionalInt.empty());
  }

  CloudRuns runs() {
    return new CloudRuns(remotes.get().objects());
  }

  /** All runs that were launched; what has not changed since the last time is not read. */
  List<CloudRuns.Listed> listed() throws IOException {
    return runs()
        .list(
            RunMemory.read(
                invocation.global().projectRoot().resolve(".ftpipe/state/launched.json")));
  }

  Remotes remotes() {
    return remotes;
  }

  Settings settings() {
    return settings;
  }

  /** The id of a run that was launched, from a name as for {@code ftpipe runs}. */
  String id(String name) throws IOException {
    List<String> ids = runs().ids();
    List<String> found =
        name.equals("latest") && !ids.isEmpty()
            ? List.of(ids.get(ids.size() - 1))
            : ids.stream()
                .filter(id -> id.equals(name) || id.startsWith(name) || id.endsWith("-" + name))
                .toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    throw FtpipeException.usage(
        found.isEmpty()
            ? "no run '"
                + name
                + "' was launched"
                + Nearest.hint(name, ids)
                + "; see 'ftpipe queue'"
            : "'" + name + "' may be any of " + found.size() + " runs; give more of its id");
  }

  /** Whether there is a profile of this name. */
  static boolean isKnown(Settings settings, String name) {
    return settings.profiles().containsKey(name) || isUsual(name);
  }

  /** Whether there is such a profile also where none is written down. */
  static boolean isUsual(String name) {
    return USUAL.containsKey(name);
  }

  /** Options of a profile; some need not be written down. */
  static Map<String, String> profile(Settings settings, String name) {
    Map<String, String> options = settings.profiles().get(name);
    if (options == null && USUAL.containsKey(name)) {
      return USUAL.get(name);
    }
    if (options == null) {
      TreeSet<String> known = new TreeSet<>(settings.profiles().keySet());
      known.addAll(USUAL.keySet());
      throw FtpipeException.usage(
          "there is no profile '"
              + name
              + "' in "
              + Settings.SHARED
              + (EXAMPLES.containsKey(name) ? "" : Nearest.hint(name, known))
              + "; write one of a provider that ftpipe has (ec2, kubernetes, local, slurm, ssh), such as"
              + " profiles: {"
              + name
              + ": "
              + EXAMPLES.getOrDefault(name, "{provider: slurm, partition: gpu}")
              + "}, or name another with --on");
    }
    return options;
  }

  /** Who has the machines of a profile. */
  static Provider provider(Invocation invocation, String name, Map<String, String> options) {
    String wanted = options.getOrDefault("provider", name);
    Map<String, Provider> known = invocation.wiring().providers();
    Provider provider = known.get(wanted);
    if (provider == null) {
      throw FtpipeException.usage(
          "profile '"
              + name
              + "' names the provider '"
              + wanted
              + "'; known: "
              + String.join(", ", new TreeSet<>(known.keySet())));
    }
    return provider;
  }

  /** Refuses a profile that lacks something here. */
  static void requireAll(String profile, List<String> lacking) {
    if (!lacking.isEmpty()) {
      throw FtpipeException.environment(
          "profile '" + profile + "' does not work here: " + String.join("; ", lacking), null);
    }
  }

  /** What an engine has of a run. */
  private record Job(Provider provider, Map<String, String> options, String handle) {
    boolean isAlive() throws IOException {
      return provider.isAlive(handle, options);
    }

    void end() throws IOException {
      provider.end(handle, options);
    }
  }

  /** That of a run; empty when nobody can say how its engine calls it. */
  private Optional<Job> job(String id) throws IOException {
    Optional<Placement> placement = runs().placement(id);
    Optional<String> named =
        placement.isPresent()
            ? placement.map(Placement::profile)
            : runs().spec(id).map(RunSpec::profile);
    if (named.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> options = profile(settings, named.get());
    Provider provider = provider(invocation, named.get(), options);
    return placement.isPresent() || provider.knowsRuns()
        ? Optional.of(new Job(provider, options, placement.map(Placement::handle).orElse(id)))
        : Optional.empty();
  }

  /** Whether there is an engine that says that it has a run. */
  boolean isAtEngine(String id) throws IOException {
    Optional<Job> job = job(id);
    return job.isPresent() && job.get().isAlive();
  }

  /** Whether the engine of a run still has it. As long as nobody can say who that is, it may. */
  boolean isAlive(String id) throws IOException {
    Optional<Job> job = job(id);
    return job.isEmpty() || job.get().isAlive();
  }

  /** What the node of a run said last to its engine, if that keeps it. */
  Optional<String> lastWords(String id) throws IOException {
    Optional<Placement> placement = runs().placement(id);
    if (placement.isEmpty()) {
      return Optional.empty();
    }
    String profile = placement.get().profile();
    Map<String, String> options = profile(settings, profile);
    return provider(invocation, profile, options)
        .lastWords(
            new Provider.Placed(
                id, placement.get().handle(), invocation.global().projectRoot(), options));
  }

  /** Removes what was bought for a run that is over. */
  void giveBack(String id) throws IOException {
    Optional<Job> job = job(id).filter(each -> each.provider().sellsMachines());
    if (job.isPresent()) {
      job.get().end();
    }
  }

  /** Ends the job of a run at its engine. */
  void end(String id) throws IOException {
    Optional<Job> job = job(id);
    if (job.isPresent()) {
      job.get().end();
    }
  }

  @Override
  public void close() throws IOException {
    remotes.close();
  }
}
