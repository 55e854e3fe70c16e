package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.dag.Reproducible;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.CheckResult.Verdict;
import dev.ftpipe.run.sandbox.Sandbox;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Checks one stage: decides whether it can be, runs it again and compares. */
final class CheckStep {
  private final Project project;
  private final LockedContent content;
  private final CheckFolder folder;
  private final StageExecution execution;
  private final Slots slots;
  private final RunListener listener;
  private final AtomicInteger number = new AtomicInteger();

  CheckStep(
      Project project,
      LockedContent content,
      CheckFolder folder,
      StageExecution execution,
      Slots slots,
      RunListener listener) {
    this.project = project;
    this.content = content;
    this.folder = folder;
    this.execution = execution;
    this.slots = slots;
    this.listener = listener;
  }

  /** Checks the stage; what goes wrong is a result. */
  CheckResult take(Stage stage) {
    long start = System.nanoTime();
    Optional<LockFile.Entry> entry = project.last(stage);
    CheckResult result;
    try {
      result = stage.frozen() ? notChecked(stage, "frozen") : check(stage, entry);
    } catch (InterruptedException e) {
      result = notChecked(stage, "interrupted");
    } catch (FtpipeException e) {
      result = CheckResult.failed(stage.name(), e, List.of());
    } catch (IOException e) {
      result =
          CheckResult.failed(
              stage.name(), FtpipeException.environment(IoProblem.sentence(e), e), List.of());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return result.with(entry.map(found -> found.key().hex()), seconds);
  }

  private static CheckResult notChecked(Stage stage, String why) {
    return CheckResult.of(stage.name(), Verdict.NOT_CHECKED, why);
  }

  private CheckResult check(Stage stage, Optional<LockFile.Entry> entry)
      throws IOException, InterruptedException {
    if (entry.isEmpty()) {
      return CheckResult.of(
          stage.name(),
          Verdict.OUT_OF_DATE,
          "the stage is not in " + LockFile.NAME + "; run ftpipe repro and commit the lock file");
    }
    LockedStage locked = LockedStage.of(stage, entry.get());
    Optional<String> outOfDate = locked.outOfDate(project, content);
    if (outOfDate.isPresent()) {
      return CheckResult.of(stage.name(), Verdict.OUT_OF_DATE, outOfDate.get());
    }
    if (stage.alwaysChanged()) {
      return notChecked(stage, "always_changed");
    }
    if (stage.reproducible() instanceof Reproducible.No) {
      return notChecked(stage, "reproducible: no");
    }
    Map<String, CheckInput> inputs = new LinkedHashMap<>();
    for (String path : stage.deps()) {
      Optional<CheckInput> found = input(locked, path);
      if (found.isEmpty()) {
        return notChecked(stage, unavailable(path));
      }
      inputs.put(path, found.get());
    }
    return run(locked, inputs);
  }

  private Optional<CheckInput> input(LockedStage locked, String path) throws IOException {
    Artifact wanted = locked.inputs().get(path);
    if (wanted == null) {
      return Optional.empty();
    }
    return content
        .find(path, wanted)
        .map(place -> new CheckInput(place, Optional.empty()))
        .or(() -> content.inPlace(path));
  }

  private String unavailable(String path) {
    return "input "
        + path
        + " as "
        + LockFile.NAME
        + " names it is neither in the work tree nor in the cache"
        + project
            .graph()
            .producer(path)
            .map(maker -> ", and " + maker.name() + " did not make it again")
            .orElse("");
  }

  private CheckResult run(LockedStage locked, Map<String, CheckInput> inputs)
      throws IOException, InterruptedException {
    Slots.Lease lease = slots.take(locked.stage().resources());
    Path place = folder.stage(number.incrementAndGet());
    try (StageLog log = new StageLog(locked.stage().name(), folder.logs(), listener)) {
      listener.stageStarted(locked.stage().name(), "again, in a folder of its own", false);
      CheckComparison comparison = new CheckComparison(project, locked, inputs, content);
      CheckRun run = new CheckRun(project, locked.stage(), inputs, comparison);
      try {
        return run.run(place, execution, log, lease.variables());
      } catch (FtpipeException e) {
        return CheckResult.failed(locked.stage().name(), shown(e, place), log.tail());
      }
    } finally {
      slots.giveBack(lease);
    }
  }

  // A path in the folder of the check means that in the project.
  private static FtpipeException shown(FtpipeException e, Path place) {
    String message = e.getMessage().replace(Sandbox.tree(place) + "/", "");
    return new FtpipeException(e.kind(), message, e);
  }
}
