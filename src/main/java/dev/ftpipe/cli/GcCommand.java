package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.UnfinishedRuns;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Quantities;
import dev.ftpipe.config.Settings;
import dev.ftpipe.history.Retention;
import dev.ftpipe.run.Cleaning;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.RemoteCleaning;
import dev.ftpipe.store.Needed;
import dev.ftpipe.store.Swept;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ftpipe gc}: drops what nobody refers to. */
@Command(
    name = "gc",
    description = {
      "Drops from the cache what nobody refers to; with --cloud, from a remote as well. Says what "
          + "that is, and asks.",
      "",
      "Without an option of what to keep: what the work tree, branches, tags and runs refer to is "
          + "kept. With some of them: what they name, and the work tree."
    },
    footer = {"", "Example: ftpipe gc --dry-run", "Example: ftpipe gc --cloud -a -T -f"})
final class GcCommand implements Callable<Integer> {
  /** That of git for objects that nobody refers to. */
  private static final Duration REMOTE_GRACE = Duration.ofDays(14);

  private final Invocation invocation;

  @Mixin private final ScopeOptions scope = new ScopeOptions();

  @Option(
      names = {"-c", "--cloud"},
      description = "Clean a remote, too.")
  private boolean cloud;

  @Mixin private final RemoteOptions place = new RemoteOptions();

  @Option(
      names = "--not-in-remote",
      description = "Keep in the cache what the remote does not have.")
  private boolean notInRemote;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description =
          "What is younger stays, needed or not: 14d, 12h, 30m, 0. "
              + "(default: 14d at a remote, where others push at any time; 0 in the cache)")
  private Optional<String> grace = Optional.empty();

  @Option(
      names = {"--dry-run", "--dry"},
      description = "Only say what would be dropped.")
  private boolean dryRun;

  @Option(
      names = {"-f", "--force"},
      description = "Do not ask.")
  private boolean force;

  @Option(names = "--json", description = "One JSON object on stdout, of what was dropped.")
  private boolean json;

  GcCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    if (place.name.isPresent() && !cloud && !notInRemote) {
      throw FtpipeException.usage("-r names the remote of --cloud or --not-in-remote; add one");
    }
    Optional<Duration> given = grace.map(GcCommand::time);
    Project project = invocation.project(ParamOverrides.NONE);
    if (Settings.read(project.root()).cache().dir().isPresent() && !scope.hasProjects()) {
      invocation.note(
          "the cache has a folder of its own (cache.dir): if other projects share it, -p names"
              + " them, or what only they need goes");
    }
    Retention named = Retention.of(project, scope.scope(project.root()));
    if (!cloud && !notInRemote) {
      clean(named, List.of(cache(project, named, given, Cleaning.ONLY)));
      return 0;
    }
    try (Remotes remotes = place.connect(invocation)) {
      List<Place> places = new ArrayList<>();
      places.add(cache(project, named, given, notInRemote ? orAbsentFrom(remotes) : Cleaning.ONLY));
      Retention kept = named;
      if (cloud) {
        UnfinishedRuns unfinished = UnfinishedRuns.of(new CloudRuns(remotes.get().objects()));
        kept =
            named
                .andRunsAt(remotes.get())
                .and(unfinished.roots(), unfinished.runs(), "launched runs that have not ended");
        places.add(remote(project, remotes, kept, given));
      }
      clean(kept, places);
      return 0;
    }
  }

  /** One place to clean. */
  private record Place(String name, Cleaner survey, Cleaner sweep) {}

  private interface Cleaner {
    Swept clean() throws IOException;
  }

  private static Place cache(
      Project project, Retention retention, Optional<Duration> grace, Cleaning.Keeping keeping) {
    Cleaning cleaning =
        new Cleaning(project, retention.roots(), grace.orElse(Duration.ZERO), keeping);
    return new Place("the cache", cleaning::survey, cleaning::sweep);
  }

  private static Cleaning.Keeping orAbsentFrom(Remotes remotes) {
    return needed -> {
      Needed there = remotes.get().upkeep().contents();
      return needed.or(there.not());
    };
  }

  private static Place remote(
      Project project, Remotes remotes, Retention retention, Optional<Duration> grace) {
    RemoteCleaning cleaning =
        new RemoteCleaning(project, remotes.get(), retention.roots(), grace.orElse(REMOTE_GRACE));
    return new Place(remotes.get().location(), cleaning::survey, cleaning::sweep);
  }

  private void clean(Retention retention, List<Place> places) throws IOException {
    GcOutput output = new GcOutput(invocation, retention.kept(), dryRun);
    Map<Place, Swept> plans = new LinkedHashMap<>();
    for (Place each : places) {
      Swept plan = each.survey().clean();
      plans.put(each, plan);
      output.plan(each.name(), plan);
    }
    if (!dryRun && !plans.values().stream().allMatch(Swept::isNothing)) {
      confirm();
    }
    // The remote first: what had to be fetched to know what it needs may go with the rest.
    List<Place> backwards = new ArrayList<>(places);
    Collections.reverse(backwards);
    for (Place each : backwards) {
      output.dropped(
          each.name(), dryRun ? plans.getOrDefault(each, Swept.NOTHING) : each.sweep().clean());
    }
    output.end(json);
  }

  /** A time of {@code --grace}. */
  static Duration time(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    return Quantities.time(TextNode.valueOf(text))
        .orElseThrow(
            () ->
                FtpipeException.usage(
                    "--grace takes a time such as 14d, 12h, 30m or 0, not '" + text + "'"));
  }

  private void confirm() {
    if (force) {
      return;
    }
    if (!Confirmation.required(
        invocation.terminal(),
        "Drop it?",
        "nothing was dropped; -f drops it without asking, --dry-run only lists it")) {
      throw FtpipeException.interrupted("nothing was dropped");
    }
  }
}
