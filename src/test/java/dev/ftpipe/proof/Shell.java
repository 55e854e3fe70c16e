package dev.ftpipe.proof;

import java.io.IOException;
import java.util.List;

/** Commands of the system that tests need. */
final class Shell {
  private Shell() {}

  /** Whether the command line succeeded. */
  static boolean run(String commandLine) throws IOException, InterruptedException {
    return new ProcessBuilder(List.of("/bin/sh", "-c", commandLine))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  static boolean has(String program) throws IOException, InterruptedException {
    return run("command -v " + program);
  }
}
