package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.run.CheckOptions;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.ReproOptions;
import dev.ftpipe.run.Reproduction;
import dev.ftpipe.run.StageOutcome;
import dev.ftpipe.run.StageOutcome.Result;
import dev.ftpipe.run.StageStatus;
import dev.ftpipe.run.Statuses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
      description = {
        "Commands see their declared inputs, params and variables only,",
        "so that what a stage reads and does not declare is found."
      })
  private boolean sandbox;

  @Option(
      names = "--check",
      description = {
        "Run the stages again, each in a folder of its own, and compare with pipeline.lock;",
        "changes nothing, and exits with 1 when one does not reproduce."
      })
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

  @Option(names = "--json", description = "One JSON object on stdout at the end.")
  private boolean json;

  ReproCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    if (jobs < 1) {
      throw FtpipeException.usage("-j takes a number of at least 1, not " + jobs);
    }
    ReproOptions options =
        new ReproOptions(
            targets, force, singleItem, downstream, !noCache, keepGoing, jobs, sandbox);
    Project project = invocation.project(params.overrides(invocation.global()));
    if (check) {
      return new CheckCommand(invocation, json)
          .run(project, new CheckOptions(targets, checked, keepGoing, jobs));
    }
    return dryRun ? show(Statuses.of(project, options)) : run(project, options);
  }

  private int show(List<StageStatus> statuses) {
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(JsonOutput.Status.of(statuses)));
    } else {
      StatusText.print(statuses, invocation.terminal(), invocation.verbose());
    }
    return 0;
  }

  private int run(Project project, ReproOptions options) throws IOException {
    ProgressDisplay display =
        new ProgressDisplay(invocation.terminal(), invocation.quiet(), invocation.verbose());
    Reproduction reproduction =
        new Reproduction(project, options, invocation.wiring().worker(), display);
    invocation.stop().onRaise(reproduction::requestStop);
    long begun = System.nanoTime();
    List<StageOutcome> outcomes = reproduction.run();
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(JsonOutput.Repro.of(outcomes)));
    } else if (!invocation.quiet()) {
      invocation.terminal().err().println(summary(outcomes, seconds));
    }
    return outcomes.stream()
        .flatMap(each -> each.failure().stream())
        .mapToInt(StageOutcome.Failure::exitCode)
        .findFirst()
        .orElse(0);
  }

  private static String summary(List<StageOutcome> outcomes, double seconds) {
    List<String> parts = new ArrayList<>();
    for (Result result : Result.values()) {
      long count = outcomes.stream().filter(each -> each.result() == result).count();
      if (count > 0) {
        parts.add(count + " " + (result == Result.RUN ? "run" : JsonOutput.lower(result)));
      }
    }
    String counts = String.join(", ", parts);
    boolean nothing = outcomes.stream().allMatch(each -> each.result() == Result.UNCHANGED);
    return (nothing ? "Nothing to do: " : "")
        + counts
        + String.format(Locale.ROOT, " in %.1f s", seconds);
  }
}
