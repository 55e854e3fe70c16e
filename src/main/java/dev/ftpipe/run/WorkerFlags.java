package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Flags that the user has for the JVM of a worker, separated by spaces: {@code -Xmx8g}. */
final class WorkerFlags {
  static final String VARIABLE = "FTPIPE_WORKER_JAVA_OPTS";

  /** What a JVM said to flags; nothing when it takes them. */
  private static final Map<List<String>, String> ANSWERS = new ConcurrentHashMap<>();

  private WorkerFlags() {}

  static List<String> of(Map<String, String> environment) {
    String flags = environment.getOrDefault(VARIABLE, "").strip();
    return flags.isEmpty() ? List.of() : List.of(flags.split("\\s+"));
  }

  /**
   * Asks the JVM itself, once for each set of flags, as only it knows all of them.
   *
   * @throws FtpipeException when it does not know one, or one has a value that cannot be
   */
  static void check(String java, List<String> flags) {
    if (flags.isEmpty()) {
      return;
    }
    List<String> command = new ArrayList<>(List.of(java, "-XX:+UnlockExperimentalVMOptions"));
    // The worker has this one, and two collectors are one too many.
    command.add("-XX:+UseSerialGC");
    command.addAll(flags);
    command.add("-version");
    String answer = ANSWERS.computeIfAbsent(List.copyOf(command), WorkerFlags::ask);
    if (!answer.isEmpty()) {
      throw FtpipeException.usage(
          "%s is '%s', which the JVM refuses: %s; expected flags of java, separated by spaces, such as -Xmx8g"
              .formatted(VARIABLE, String.join(" ", flags), answer));
    }
  }

  private static String ask(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0
          ? ""
          : said.lines()
              // "Picked up JAVA_TOOL_OPTIONS: …"
              .filter(line -> !line.contains("Picked up "))
              .findFirst()
              .orElse("it ends with exit code " + process.exitValue());
    } catch (IOException e) {
      throw FtpipeException.environment("cannot start " + command.get(0), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FtpipeException.interrupted("interrupted");
    }
  }
}
