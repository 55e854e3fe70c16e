package dev.ftpipe.cli;

import dev.ftpipe.run.Project;
import dev.ftpipe.run.ReproOptions;
import dev.ftpipe.run.StageStatus;
import dev.ftpipe.run.Statuses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ftpipe status}: what would run and the exact cause. */
@Command(
    name = "status",
    description = "What 'repro' would do, and why.",
    footer = {"", "Example: ftpipe status train --json"})
final class StatusCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "TARGET",
      arity = "0..*",
      description = "Stages, groups, output paths; everything when none is given.")
  private List<String> targets = new ArrayList<>();

  @Mixin private final ParamOptions params = new ParamOptions();

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Option(names = "--exit-code", description = "Exit with 1 when a stage is not up to date.")
  private boolean exitCode;

  @Option(
      names = {"-c", "--cloud"},
      description = "Compare the cache with a remote instead.")
  private boolean cloud;

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "With -c: this remote, not the default one.")
  private Optional<String> remote = Optional.empty();

  StatusCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    if (cloud || remote.isPresent()) {
      return new CloudStatus(invocation, remote, json).show(targets, exitCode);
    }
    Project project = invocation.project(params.overrides(invocation.global()));
    ReproOptions options = ReproOptions.plain(targets);
    List<StageStatus> statuses =
        json || invocation.verbose()
            ? Statuses.explained(project, options)
            : Statuses.of(project, options);
    if (json) {
      invocation.terminal().out().println(JsonOutput.line(JsonOutput.Status.of(statuses)));
    } else {
      StatusText.print(statuses, invocation.terminal(), invocation.verbose());
    }
    return exitCode && statuses.stream().anyMatch(StatusText::isDue) ? 1 : 0;
  }
}
