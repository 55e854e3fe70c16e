package dev.ftpipe.run;

import dev.ftpipe.base.IoProblem;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a shell stage that sees its declared inputs only; what it declares to write is moved
 * into the work tree when all went well, and only then replaces what was there.
 */
final class SandboxRun {
  private final Project project;
  private final Stage stage;
  private final Action.Shell shell;

  SandboxRun(Project project, Stage stage, Action.Shell shell) {
    this.project = project;
    this.stage = stage;
    this.shell = shell;
  }

  /** Runs the stage in a folder that does not exist yet, or holds what a killed process left. */
  void run(Path folder, StageExecution execution, StageLog log)
      throws IOException, InterruptedException {
    try (Sandbox sandbox = Sandbox.make(folder, project.root(), stage.env())) {
      if (!sandbox.hidesProject()) {
        project.noteOnce(
            "absolute paths into the project are not hidden on this machine: it lets nobody but"
                + " root cover a folder (unshare, bwrap); relative ones are");
      }
      SandboxInputs inputs = new SandboxInputs(project.root(), sandbox.tree());
      SandboxInputs.Source workTree = SandboxInputs.workTree(project.root());
      List<String> hiddenParams = inputs.place(stage, workTree);
      for (Output output : stage.outs()) {
        if (output.persist() && Files.exists(project.workTree().resolve(output.path()))) {
          inputs.place(output.path(), workTree);
        }
      }
      new SandboxedCommand(sandbox, stage, shell, hiddenParams).run(project.root(), execution, log);
      take(sandbox.tree());
    }
  }

  private void take(Path tree) throws IOException {
    List<Output> made = new ArrayList<>(stage.outs());
    made.removeIf(output -> !Files.exists(tree.resolve(output.path())));
    for (Output output : stage.outs()) {
      project.workTree().remove(output.path());
    }
    for (Output output : made) {
      Path target = project.workTree().resolve(output.path());
      try {
        Files.createDirectories(target.getParent());
        Files.move(tree.resolve(output.path()), target);
      } catch (IOException e) {
        throw IoProblem.writing(target, e);
      }
    }
  }
}
