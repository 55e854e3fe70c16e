package dev.ftpipe.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ftpipe.Main;
import dev.ftpipe.cli.Cli;
import dev.ftpipe.cli.StopSignal;
import dev.ftpipe.cli.Terminal;
import dev.ftpipe.cli.Wiring;
import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.stage.StageKind;
import dev.ftpipe.store.folder.FolderObjectStore;
import dev.ftpipe.store.local.LocalStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The program's commands inside this process, for tests that would start too many of them. */
final class Inside {
  private Inside() {}

  static Result run(Path project, Map<String, StageKind<?>> kinds, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        Terminal.of(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), Map.of());
    Wiring wiring =
        new Wiring(
            kinds,
            LocalStore::open,
            settings -> FolderObjectStore.open(Path.of(settings.url())),
            WorkerCommand.of(Main.class.getName()),
            java.util.Map.of());
    List<String> command = new ArrayList<>(List.of("-C", project.toString()));
    command.addAll(Arrays.asList(arguments));
    int exitCode =
        Cli.run(command.toArray(String[]::new), terminal, wiring, new StopSignal(code -> {}));
    return new Result(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }
}
