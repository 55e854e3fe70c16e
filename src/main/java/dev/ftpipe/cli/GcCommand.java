package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.CacheSettings;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Quantities;
import dev.ftpipe.history.Retention;
import dev.ftpipe.run.Cleaning;
import dev.ftpipe.run.Project;
import dev.ftpipe.store.Swept;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ftpipe gc}: drops what nobody refers to. */
@Command(
    name = "gc",
    description = {
      "Drops from the cache, with -c also from a remote, what nobody refers to. Says what that is,"
          + " and asks.",
      "",
      "Without an option of what to keep: what the work tree, branches, tags and runs refer to is"
          + " kept. With some of them: what they name, and the work tree."
    },
    footer = {"", "Example: ftpipe gc --dry-run", "Example: ftpipe gc --cloud -a -T -f"})
final class GcCommand implements Callable<Integer> {
  private static final String CACHE = "the cache";

  private final Invocation invocation;

  @Mixin private final ScopeOptions scope = new ScopeOptions();

  @Option(
      names = {"-c", "--cloud"},
      description = "Clean a remote, too.")
  private boolean cloud;

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "The remote (default: the default remote).")
  private Optional<String> remote = Optional.empty();

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "Requests at once (default: 8).")
  private Optional<Integer> jobs = Optional.empty();

  @Option(
      names = "--not-in-remote",
      description = "Keep in the cache what the remote does not have.")
  private boolean notInRemote;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description = {
        "What is younger stays, needed or not: 14d, 12h, 30m, 0.",
        "(default: 14d at a remote, where others push at any time; 0 in the cache)"
      })
  private Optional<String> grace = Optional.empty();

  @Option(
      names = {"--dry-run", "--dry"},
      description = "Only say what would be dropped.")
  private boolean dryRun;

  @Option(
      names = {"-f", "--force"},
      description = "Do not ask.")
  private boolean force;

  @Option(names = "--json", description = "One JSON object on stdout; needs -f or --dry-run.")
  private boolean json;

  GcCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Optional<Duration> given = grace.map(GcCommand::time);
    Project project = invocation.project(ParamOverrides.NONE);
    Retention retention = Retention.of(project, scope.scope(project.root()));
    Cleaning cleaning =
        new Cleaning(project, retention.roots(), given.orElse(Duration.ZERO), needed -> needed);
    if (CacheSettings.read(project.root()).dir().isPresent() && !scope.hasProjects()) {
      invocation.note(
          "the cache has a folder of its own (cache.dir): if other projects share it, -p names"
              + " them, or what only they need goes");
    }
    GcOutput output = new GcOutput(invocation, retention.kept(), dryRun);
    Swept planned = cleaning.survey();
    if (!json) {
      output.plan(CACHE, planned);
    }
    if (dryRun || (planned.blobs() == 0 && planned.results().isEmpty())) {
      output.dropped(CACHE, planned);
    } else {
      confirm();
      output.dropped(CACHE, cleaning.sweep());
    }
    output.end(json);
    return 0;
  }

  private static Duration time(String text) {
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
    if (json || !Confirmation.isPossible(invocation.terminal())) {
      throw FtpipeException.usage(
          "nothing was dropped: there is nobody to ask; -f drops it without asking, --dry-run only"
              + " lists it");
    }
    if (!Confirmation.ask("Drop it?")) {
      throw FtpipeException.interrupted("nothing was dropped");
    }
  }
}
