package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Launches whose client is killed once a program that it calls has done its work: after the first
 * call, after the second, and so on, until one comes to its end.
 *
 * @param folder for the programs that count
 * @param here the project
 */
record CutLaunch(Path folder, CommandLines here) {
  private static final int KILLED = 137;
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** What there is at the engine, in words. */
  interface Engine {
    List<String> everything() throws IOException;
  }

  /** Programs of these names that count, and kill who has called them when it is time. */
  Map<String, String> counted(List<String> programs) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("counted"));
    for (String program : programs) {
      Path script = bin.resolve(program);
      Files.writeString(
          script,
          """
          #!/bin/sh
          PATH=${PATH#*:}
          case PROGRAM in
            sbatch) tee -a 'FOLDER/scripts' | PROGRAM "$@" ;;
            *) PROGRAM "$@" ;;
          esac
          code=$?
          echo "PROGRAM $*" >>'FOLDER/calls'
          [ "$(wc -l <'FOLDER/calls')" != "$(cat 'FOLDER/last')" ] || kill -KILL $PPID
          exit $code
          """
              .replace("PROGRAM", program)
              .replace("FOLDER", folder.toString()));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
    return new HashMap<>(Map.of("PATH", bin + ":" + System.getenv("PATH")));
  }

  /** The calls of the last launch. */
  List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  /** Programs of these names that count and kill nobody. */
  Map<String, String> recorded(List<String> programs) throws IOException {
    Files.writeString(folder.resolve("last"), "0\n");
    return counted(programs);
  }

  /** Whether a launch came to its end before that number of calls of such programs. */
  boolean isLaunched(int last, Map<String, String> env) throws Exception {
    Files.writeString(folder.resolve("calls"), "");
    Files.writeString(folder.resolve("last"), last + "\n");
    Result result =
        here.process(env, "launch", "--on", "there", "-y", "-d", "--", "echo begun; sleep 300");
    assertThat(result.exitCode()).as(result.err()).isIn(0, KILLED);
    return result.exitCode() == 0;
  }

  /** Cleans up as somebody does who knows nothing of the launch; then nothing is left. */
  void assertCleaned(Engine engine) throws Exception {
    ProviderContract.isDone(here.ftpipe("cloud", "gc", "--grace", "0", "-y"));
    assertNothingLeft(engine);
  }

  /** The same for one that has come to its end. */
  void assertEnded(Engine engine) throws Exception {
    ProviderContract.isDone(here.ftpipe("down", "latest"));
    assertNothingLeft(engine);
  }

  private void assertNothingLeft(Engine engine) throws Exception {
    Instant end = Instant.now().plus(LONGEST);
    while (!engine.everything().isEmpty() && Instant.now().isBefore(end)) {
      Thread.sleep(50);
    }
    assertThat(engine.everything()).isEmpty();
    assertThat(here.ftpipe("queue").out()).doesNotContain("waiting", "preparing", "running");
    assertThat(here.ftpipe("cloud", "gc", "--grace", "0", "--dry-run").out()).isEmpty();
  }
}
