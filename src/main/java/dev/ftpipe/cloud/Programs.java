package dev.ftpipe.cloud;

import dev.ftpipe.base.FtpipeException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Programs of other people: the clients of engines. */
public final class Programs {
  private Programs() {}

  /** What a program said and how it ended. */
  public record Said(int exitCode, String text) {
    /** Whether it did what it was told to. */
    public boolean isDone() {
      return exitCode == 0;
    }
  }

  /** Runs a program with a text as its input. */
  public static Said run(List<String> command, Map<String, String> env, String input)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(env);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw FtpipeException.environment(
          "cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
    try {
      try (OutputStream to = process.getOutputStream()) {
        to.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended before it had read all: what it says and its exit code tell why.
      }
      try (InputStream from = process.getInputStream()) {
        String text = new String(from.readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    } finally {
      process.destroy();
    }
  }

  /** Whether there is such a program on the PATH. */
  public static boolean has(String name) {
    String path = System.getenv("PATH");
    return Arrays.stream((path == null ? "" : path).split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  /** A word of a shell. */
  public static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
