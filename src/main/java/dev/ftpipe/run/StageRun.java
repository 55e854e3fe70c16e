package dev.ftpipe.run;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.tree.Required;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One run of one stage: make room, run, keep what came out, record it. */
final class StageRun {
  private final Project project;
  private final StageExecution execution;
  private final SharedResults shared;
  private final Stage stage;
  private final Ingredients ingredients;
  private final Map<String, Artifact> inputs;
  private final StageLog log;
  private final boolean sandbox;

  StageRun(
      Project project,
      StageExecution execution,
      SharedResults shared,
      Assessment assessment,
      StageLog log,
      boolean sandbox) {
    this.project = project;
    this.execution = execution;
    this.shared = shared;
    this.stage = assessment.stage();
    this.ingredients = assessment.ingredients().orElseThrow();
    this.inputs = assessment.inputs();
    this.log = log;
    this.sandbox = sandbox;
  }

  /**
   * Runs the stage to its end, again after a failure of the environment if it asks for that.
   *
   * @param machine variables besides those that the stage declares
   */
  void execute(Map<String, String> machine) throws IOException, InterruptedException {
    Stage here = stage.on(machine);
    for (int attempt = 0; ; attempt++) {
      try {
        executeOnce(here);
        return;
      } catch (FtpipeException e) {
        if (e.kind() != FtpipeException.Kind.ENVIRONMENT
            || attempt >= stage.retries()
            || execution.stopRequested()) {
          throw e;
        }
        log.log("attempt " + (attempt + 1) + " failed: " + e.getMessage() + "; trying again");
      }
    }
  }

  /**
   * Has it run on another machine; afterwards its outputs are in place.
   *
   * @param givenUp whether nobody wants it any more if it has not begun
   * @return false when it had not begun and nobody wanted it any more
   */
  boolean executeElsewhere(Elsewhere elsewhere, BooleanSupplier givenUp)
      throws IOException, InterruptedException {
    Optional<Elsewhere.Made> made = elsewhere.run(sent(), log::log, givenUp);
    if (made.isEmpty()) {
      return false;
    }
    makeRoom();
    for (Output output : stage.outs()) {
      Artifact content = made.get().outputs().get(output.path());
      if (content == null || !project.workTree().restore(output.path(), content)) {
        throw FtpipeException.environment(
            "its output " + output.path() + " was not brought from where it ran", null);
      }
    }
    return true;
  }

  private Elsewhere.Sent sent() throws IOException {
    List<String> read = new ArrayList<>(stage.deps());
    for (Output output : stage.outs()) {
      if (output.persist() && Files.exists(project.workTree().resolve(output.path()))) {
        read.add(output.path());
      }
    }
    Map<String, Artifact> content = Required.inputs(project.workTree(), read);
    Contents blobs = new Contents(project.store().content());
    for (Map.Entry<String, Artifact> each : content.entrySet()) {
      blobs.add(each.getKey(), each.getValue());
    }
    Map<String, String> texts = SandboxInputs.paramTexts(stage, project.root());
    return new Elsewhere.Sent(
        StageJob.of(stage, ingredients, content, texts), stage, blobs.files(), blobs.trees());
  }

  // A built-in needs no sandbox: it is given the paths that 'in' and 'out' name, and no others.
  private void executeOnce(Stage here) throws IOException, InterruptedException {
    if (sandbox && here.action() instanceof Action.Shell shell) {
      new SandboxRun(project, here, shell).run(project.folders().sandbox(key()), execution, log);
    } else {
      makeRoom();
      if (resumes()) {
        executeResumable(here);
      } else {
        execution.run(here, project.root(), scratch(), project.folders().logs(), log);
      }
    }
  }

  private boolean resumes() {
    return stage.action() instanceof Action.Call call && call.kind().resumes();
  }

  private void executeResumable(Stage here) throws IOException, InterruptedException {
    new StageCheckpoints(ingredients.key(), scratch(), shared, project::note)
        .around(
            () -> execution.run(here, project.root(), scratch(), project.folders().logs(), log),
            log);
  }

  private String key() {
    return ingredients.key().hex();
  }

  /**
   * Keeps what the execution made; when this returns, cache and lock say so.
   *
   * @param seconds how long the execution took
   */
  void keep(double seconds) throws IOException {
    log.close();
    Map<String, Artifact> outputs = keepOutputs();
    if (inputsChanged()) {
      project.forget(stage);
      return;
    }
    recordResult(outputs, seconds);
    AtomicFiles.deleteTree(scratch());
    if (resumes()) {
      shared.dropCheckpoint(ingredients.key());
    }
  }

  private Path scratch() {
    return project.folders().scratch(key());
  }

  private void makeRoom() throws IOException {
    for (Output output : stage.outs()) {
      if (!output.persist()) {
        project.workTree().remove(output.path());
      } else {
        project.workTree().unprotect(output.path());
      }
      Files.createDirectories(project.workTree().resolve(output.path()).getParent());
    }
  }

  private Map<String, Artifact> keepOutputs() throws IOException {
    Map<String, Boolean> paths = new LinkedHashMap<>();
    stage.outs().forEach(output -> paths.put(output.path(), output.cache()));
    return Required.outputs(project.workTree(), List.copyOf(paths.keySet()), paths::get);
  }

  // The key speaks of the inputs as they were; what was read of a changed one nobody knows.
  private boolean inputsChanged() throws IOException {
    for (var input : inputs.entrySet()) {
      if (!project.workTree().measure(input.getKey()).equals(Optional.of(input.getValue()))) {
        project.note(
            "input "
                + input.getKey()
                + " changed while stage '"
                + stage.name()
                + "' ran: its result is not recorded, and it runs again next time");
        return true;
      }
    }
    return false;
  }

  private void recordResult(Map<String, Artifact> outputs, double seconds) throws IOException {
    ActionKey key = ingredients.key();
    project
        .store()
        .actions()
        .put(
            key,
            new ActionResult(
                ingredients.document(),
                outputs,
                keepLog(),
                seconds,
                Optional.ofNullable(System.getenv("HOSTNAME")),
                version(),
                StageMetrics.of(stage, project)));
    project.record(stage, new LockFile.Entry(key, ingredients, outputs), inputs);
  }

  private Optional<Artifact> keepLog() throws IOException {
    Optional<Path> written = log.written();
    if (written.isEmpty()) {
      return Optional.empty();
    }
    ContentStore.Blob blob = project.store().content().put(written.get());
    return Optional.of(new Artifact(Artifact.Kind.FILE, blob.digest(), blob.size()));
  }

  static String version() {
    String version = StageRun.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
