package dev.ftpipe.run;

import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One run of one stage in a folder of its own. */
final class CheckRun {
  private final Project project;
  private final Stage stage;
  private final Map<String, CheckInput> inputs;
  private final CheckComparison comparison;

  /**
   * A run that has not begun.
   *
   * @param inputs by path
   * @param comparison looks at what comes out
   */
  CheckRun(
      Project project, Stage stage, Map<String, CheckInput> inputs, CheckComparison comparison) {
    this.project = project;
    this.stage = stage;
    this.inputs = inputs;
    this.comparison = comparison;
  }

  /**
   * Runs the stage in a folder that does not exist yet and is gone afterwards.
   *
   * @param machine variables besides those that the stage declares
   */
  CheckResult run(Path folder, StageExecution execution, StageLog log, Map<String, String> machine)
      throws IOException, InterruptedException {
    Stage here = stage.on(machine);
    try (Sandbox sandbox = Sandbox.make(folder, project.root(), here.env())) {
      if (stage.action() instanceof Action.Shell shell) {
        List<String> hidden =
            new SandboxInputs(project.root(), sandbox.tree()).place(stage, this::copy);
        new SandboxedCommand(sandbox, here, shell, hidden).run(sandbox.tree(), execution, log);
      } else {
        link(sandbox.tree());
        execution.run(here, sandbox.tree(), folder.resolve("scratch"), folder, log);
      }
      log.close();
      return comparison.of(sandbox.tree());
    }
  }

  private void copy(String path, Path target) throws IOException {
    SandboxInputs.copy(project.root(), input(path), target);
  }

  // A built-in does not write to its inputs: it can read them where they are.
  private void link(Path tree) throws IOException {
    for (String path : stage.deps()) {
      Path link = tree.resolve(path);
      if (!Files.exists(link)) {
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, input(path));
      }
    }
    for (Output output : stage.outs()) {
      Files.createDirectories(tree.resolve(output.path()).getParent());
    }
  }

  private Path input(String path) {
    CheckInput found = inputs.get(path);
    if (found == null) {
      throw new IllegalArgumentException("not an input: " + path);
    }
    return found.at();
  }
}
