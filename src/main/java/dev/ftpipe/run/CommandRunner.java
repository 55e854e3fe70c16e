package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.dag.Action;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs the commands of a shell stage, each with {@code sh -c}. */
final class CommandRunner {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int SHOWN = 200;

  private CommandRunner() {}

  /** How the process of one command is set up. */
  interface Launcher {
    ProcessBuilder process(String command);
  }

  /** Runs them in the project itself. */
  static void run(
      Action.Shell shell,
      Path root,
      Map<String, String> env,
      StageLog log,
      StopSignal stop,
      Deadline deadline)
      throws IOException, InterruptedException {
    Path folder = root.resolve(shell.folder()).normalize();
    if (!Files.isDirectory(folder)) {
      throw FtpipeException.usage(
          "wdir " + shell.folder() + " is not a folder; make it or correct wdir");
    }
    Launcher launcher =
        command -> {
          ProcessBuilder builder =
              new ProcessBuilder(List.of("/bin/sh", "-c", command)).directory(folder.toFile());
          builder.environment().putAll(env);
          return builder;
        };
    run(shell.commands(), launcher, root, log, stop, deadline);
  }

  /**
   * Runs them one after the other, as long as none fails.
   *
   * @param workspace whose orphans they are when this process is killed
   */
  static void run(
      List<String> commands,
      Launcher launcher,
      Path workspace,
      StageLog log,
      StopSignal stop,
      Deadline deadline)
      throws IOException, InterruptedException {
    for (String command : commands) {
      requireExpressible(command);
      ProcessBuilder builder =
          launcher
              .process(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      Orphans.mark(builder, workspace);
      int exit = ChildProcess.start(builder).onOutput(log::log).await(stop, deadline, GRACE);
      if (exit != 0) {
        throw failure(command, exit);
      }
    }
  }

  // The JVM would put question marks in place of what the locale has no letters for, and say
  // nothing.
  private static void requireExpressible(String command) {
    if (command.chars().allMatch(letter -> letter < 0x80)) {
      return;
    }
    Charset paths = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    if (!paths.newEncoder().canEncode(command)
        || !Charset.defaultCharset().newEncoder().canEncode(command)) {
      throw FtpipeException.environment(
          "the locale cannot express the command: " + shown(command) + "; set LC_ALL=C.UTF-8",
          null);
    }
  }

  private static FtpipeException failure(String command, int exit) {
    return FtpipeException.pipeline(
        "command ended with exit code " + exit + ExitCodes.meaning(exit) + ": " + shown(command));
  }

  private static String shown(String command) {
    String line = command.strip().replace("\n", "⏎");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }
}
