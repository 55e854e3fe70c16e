package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.run.CheckOptions;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.ReproOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ftpipe repro}: brings the targets up to date. */
@Command(
    name = "repro",
    description = "Brings stages up to date: runs what changed, restores what ran before.",
    footer = {"", "Example: ftpipe repro train"})
final class ReproCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "TARGET",
      arity = "0..*",
      description = "Stages, stage@item, groups, output paths; everything when none is given.")
  private List<String> targets = new ArrayList<>();

  @Mixin private final ParamOptions params = new ParamOptions();

  @Option(
      names = {"-S", "--set-param"},
      paramLabel = "[FILE:]NAME=VALUE",
      description =
          "Set a param for this run and in its file; may be repeated. Several values (a,b,c "
              + "or range(1,9,2)) make a grid: each combination a run of its own, and the work "
              + "tree is put back as it was.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = {"-f", "--force"},
      description = "Run also what is up to date.")
  private boolean force;

  @Option(
      names = {"-s", "--single-item"},
      description = "Only the targets, not what they depend on.")
  private boolean singleItem;

  @Option(names = "--downstream", description = "The targets and all that depends on them.")
  private boolean downstream;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Only show what would be done.")
  private boolean dryRun;

  @Option(names = "--no-cache", description = "Run even what could be restored.")
  private boolean noCache;

  @Option(
      names = {"-k", "--keep-going"},
      description = "After a failure, run what does not depend on it.")
  private boolean keepGoing;

  @Option(
      names = "--sandbox",
      description =
          "Commands see their declared inputs, params and variables only, "
              + "so that what a stage reads and does not declare is found.")
  private boolean sandbox;

  @Option(
      names = "--check",
      description =
          "Run the stages again, each in a folder of its own, and compare with pipeline.lock; "
              + "changes nothing, and exits with 1 when one does not reproduce.")
  private boolean check;

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "With --check: only this stage, not what it depends on; may be repeated.")
  private List<String> checked = new ArrayList<>();

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "Stages at once (default: ${DEFAULT-VALUE}).")
  private int jobs = 1;

  @Mixin private final OnOptions on = new OnOptions();

  @Mixin private final SharingOptions sharing = new SharingOptions();

  @Option(names = "--json", description = "One JSON object on stdout at the end.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  ReproCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    if (jobs < 1) {
      throw FtpipeException.usage("-j takes a number of at least 1, not " + jobs);
    }
    requireOptionsThatGoTogether();
    Optional<OnOptions> elsewhere = on.chosen(jobs);
    int here =
        elsewhere.isEmpty() ? jobs : Math.min(jobs, Runtime.getRuntime().availableProcessors());
    ReproOptions options =
        new ReproOptions(
            targets, force, singleItem, downstream, !noCache, keepGoing, here, sandbox);
    ParamOverrides overrides = params.overrides(invocation.global());
    if (!set.isEmpty()) {
      ReproRun run = new ReproRun(invocation, options, arguments(), json, sharing, elsewhere);
      return new ReproWith(run, overrides, dryRun).call(set);
    }
    Project project = invocation.project(overrides);
    if (check) {
      return new CheckCommand(invocation, json)
          .run(project, new CheckOptions(targets, checked, keepGoing, jobs));
    }
    ReproRun run = new ReproRun(invocation, options, arguments(), json, sharing, elsewhere);
    return dryRun ? run.show(project) : run.run(project, overrides);
  }

  private void requireOptionsThatGoTogether() {
    if (!check) {
      if (!checked.isEmpty()) {
        throw FtpipeException.usage(
            "--stage says which stages --check looks at; add --check, or name the stages as targets"
                + " (-s for them alone)");
      }
      return;
    }
    if (!set.isEmpty()) {
      throw FtpipeException.usage(
          "-S changes params and --check changes nothing; leave one of them out");
    }
    Map<String, Boolean> senseless = new LinkedHashMap<>();
    senseless.put("-f", force);
    senseless.put("-s", singleItem);
    senseless.put("-n", dryRun);
    senseless.put("--sandbox", sandbox);
    senseless.put("--downstream", downstream);
    senseless.put("--no-cache", noCache);
    senseless.put("--on", on.chosen(jobs).isPresent());
    senseless.values().removeIf(given -> !given);
    if (!senseless.isEmpty()) {
      throw FtpipeException.usage(
          String.join(", ", senseless.keySet())
              + " and --check do not go together: it always runs the stages, in a sandbox and"
              + " without the cache; --stage picks single ones");
    }
  }

  private List<String> arguments() {
    return spec.root().commandLine().getParseResult().originalArgs();
  }
}
