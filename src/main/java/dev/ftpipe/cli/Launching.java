package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.cloud.CloudRuns;
import dev.ftpipe.cloud.Placement;
import dev.ftpipe.cloud.Provider;
import dev.ftpipe.cloud.RunSpec;
import dev.ftpipe.cloud.Task;
import dev.ftpipe.cloud.Terms;
import dev.ftpipe.record.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hands a workspace that was sent to the first place that takes it.
 *
 * @param command of the run
 */
record Launching(
    Invocation invocation,
    CloudScope scope,
    Task task,
    LaunchOptions options,
    LaunchSnapshot sent,
    String command) {
  /** The id of the run; the same work is one run. */
  String launch(Map<LaunchCandidate, LaunchPlan> plans) throws IOException {
    Map<LaunchCandidate, String> same = same(plans.keySet());
    for (Map.Entry<LaunchCandidate, String> each : same.entrySet()) {
      if (isAtWork(each.getValue(), each.getKey())) {
        invocation.note(
            "the same is running already as " + each.getValue() + "; nothing new was started");
        return each.getValue();
      }
    }
    List<String> refusals = new ArrayList<>();
    for (Map.Entry<LaunchCandidate, LaunchPlan> each : plans.entrySet()) {
      LaunchCandidate place = each.getKey();
      Optional<String> before = Optional.ofNullable(same.get(place));
      String id = made(place, each.getValue(), before);
      try {
        start(id, place, each.getValue());
        return id;
      } catch (FtpipeException e) {
        if (e.kind() != FtpipeException.Kind.ENVIRONMENT) {
          if (before.isEmpty()) {
            CloudEnding.tellOfEnd(scope.runs(), id, "it was refused");
          }
          throw e;
        }
        refusals.add((plans.size() > 1 ? "on " + place.name() + ": " : "") + e.getMessage());
        boolean isLast = refusals.size() == plans.size();
        if (!isLast) {
          invocation.note(refusals.get(refusals.size() - 1) + "\nThe next place is tried.");
        }
        if (!isLast || before.isEmpty()) {
          // One that was to go on may still do so with the next launch.
          CloudEnding.tellOfEnd(scope.runs(), id, "there was no machine");
        }
      }
    }
    throw FtpipeException.environment(String.join("\n", refusals), null);
  }

  /**
   * Whether its engine has it. Where it was never said how one calls it, some know their runs by
   * name, and the others take a run twice as one.
   */
  private boolean isAtWork(String id, LaunchCandidate place) throws IOException {
    boolean isPlaced = scope.runs().placement(id).isPresent();
    return (isPlaced || place.provider().knowsRuns()) && scope.isAlive(id);
  }

  /** Runs that have not ended and whose time is not over. */
  private List<RunSpec> open() throws IOException {
    Instant now = Instant.now();
    return scope.listed().stream()
        .filter(each -> each.state().isEmpty() || !each.state().get().isFinal())
        .map(CloudRuns.Listed::spec)
        .filter(each -> !each.isOverdue(now))
        .toList();
  }

  /** For each place that has one the run of the same work. */
  private Map<LaunchCandidate, String> same(Set<LaunchCandidate> places) throws IOException {
    String digest = sent.snapshot().tree().digest().hex();
    List<RunSpec> alike =
        open().stream()
            .filter(each -> each.snapshot().equals(digest) && each.run().equals(command))
            .toList();
    Map<LaunchCandidate, String> same = new LinkedHashMap<>();
    for (LaunchCandidate place : places) {
      alike.stream()
          .filter(each -> each.profile().equals(place.profile()))
          .findFirst()
          .ifPresent(each -> same.put(place, each.id()));
    }
    return same;
  }

  /** The id of a run that the remote knows: of a new one, unless there is the same already. */
  private String made(LaunchCandidate candidate, LaunchPlan plan, Optional<String> before)
      throws IOException {
    if (before.isPresent()) {
      invocation.note("no engine has " + before.get() + ", the same run, any more: it goes on");
      return before.get();
    }
    return scope
        .runs()
        .submit(() -> RunFolder.newId(Instant.now()), id -> spec(id, candidate, plan));
  }

  private RunSpec spec(String id, LaunchCandidate candidate, LaunchPlan plan) {
    return new RunSpec(
        RunSpec.FORMAT,
        id,
        task.name(),
        candidate.providerName(),
        candidate.profile(),
        Instant.now().toString(),
        sent.snapshot().tree().digest().hex(),
        sent.snapshot().tree().size(),
        sent.snapshot().blobs().size(),
        sent.snapshot().bytes(),
        task.setup(),
        command,
        options.envs(task),
        sent.metrics(),
        plan.maxSeconds(),
        options.quietSeconds(task));
  }

  private void start(String id, LaunchCandidate candidate, LaunchPlan plan) throws IOException {
    MachineTerms terms =
        new MachineTerms(
            invocation,
            scope.settings().remote(Optional.empty()).url(),
            scope.remotes().get().objects());
    Provider provider = candidate.provider();
    String handle =
        provider.submit(
            new Provider.Order(
                id,
                LaunchCommand.program(invocation),
                List.of("node", id),
                options.nodeEnv(
                    task, scope.settings(), root(), provider, candidate.described(), invocation),
                root(),
                candidate.spec(),
                candidate.described(),
                plan.maxSeconds(),
                terms.of(
                    provider,
                    plan.offers(),
                    new Terms.Wishes(
                        task.isOrdered(),
                        plan.maxHourly(),
                        options.spotSeconds(),
                        options.untilUp))));
    scope.runs().place(id, new Placement(candidate.providerName(), candidate.profile(), handle));
    invocation
        .terminal()
        .err()
        .println("run " + id + " on " + candidate.profile() + " (" + handle + ")");
  }

  private Path root() {
    return invocation.global().projectRoot();
  }
}
