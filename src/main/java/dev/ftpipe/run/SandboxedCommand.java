package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs the commands of a stage in a sandbox that holds its inputs, and tells what was wrong. */
final class SandboxedCommand {
  private final Sandbox sandbox;
  private final Stage stage;
  private final Action.Shell shell;
  private final List<String> hiddenParams;

  /**
   * Commands that have not run.
   *
   * @param hiddenParams values of params files that the sandbox lacks: {@code FILE:NAME}
   */
  SandboxedCommand(Sandbox sandbox, Stage stage, Action.Shell shell, List<String> hiddenParams) {
    this.sandbox = sandbox;
    this.stage = stage;
    this.shell = shell;
    this.hiddenParams = hiddenParams;
  }

  /**
   * Runs them; afterwards the outputs are in the sandbox.
   *
   * @param workspace whose orphans they are when this process is killed
   * @throws FtpipeException of the pipeline, when one fails, or changed an input
   */
  void run(Path workspace, StageExecution execution, StageLog log)
      throws IOException, InterruptedException {
    SandboxInputs.makeFolders(sandbox.tree(), stage, shell);
    sandbox.seal();
    try {
      execution.runCommands(
          stage, shell, command -> sandbox.process(command, shell.folder()), workspace, log);
    } catch (FtpipeException e) {
      throw explained(e, hints(log.tail()));
    }
    List<String> undeclared = sandbox.inspect(stage.outs());
    if (!undeclared.isEmpty()) {
      log.log(
          "warning: it wrote "
              + Sandbox.some(undeclared)
              + ", which is not among its outputs: discarded");
    }
    hints(List.of()).forEach(hint -> log.log("warning: " + hint));
  }

  private List<String> hints(List<String> said) {
    return sandbox.hints(shell.commands(), shell.folder(), said, hiddenParams);
  }

  private static FtpipeException explained(FtpipeException e, List<String> hints) {
    if (hints.isEmpty()) {
      return e;
    }
    return new FtpipeException(
        e.kind(), e.getMessage() + "\n    in the sandbox: " + String.join("\n    ", hints), e);
  }
}
