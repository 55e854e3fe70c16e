package dev.ftpipe.run;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How to start a worker process: this program once more.
 *
 * @param command with arguments
 * @param env on top of ours
 */
public record WorkerCommand(List<String> command, Map<String, String> env) {
  public static final String ARGUMENT = "--stage-worker";

  /** Where the launcher keeps parsed classes; unset without one. */
  private static final String ARCHIVE_PROPERTY = "ftpipe.archive";

  /** Flags for the worker's JVM, separated by spaces: {@code -Xmx8g}. */
  private static final String FLAGS_VARIABLE = "FTPIPE_WORKER_JAVA_OPTS";

  /**
   * The Java and class path that run now.
   *
   * @param mainClass hands {@link #ARGUMENT} over to {@link StageWorker}
   */
  public static WorkerCommand of(String mainClass) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty())
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator)));
    // The weights are native memory. The heap begins small, as a large one is filled with garbage
    // before anybody looks, and grows with what is alive.
    command.add("-Xmx2g");
    command.add("-Xms48m");
    command.add("-XX:+UseSerialGC");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    String archive = System.getProperty(ARCHIVE_PROPERTY);
    if (archive != null) {
      command.add("-Xshare:auto");
      command.add("-XX:SharedArchiveFile=" + archive);
    }
    String flags = System.getenv(FLAGS_VARIABLE);
    if (flags != null && !flags.isBlank()) {
      command.addAll(List.of(flags.strip().split("\\s+")));
    }
    command.add(mainClass);
    command.add(ARGUMENT);
    // Threads that wait for the next operator spin a tenth of a millisecond, then sleep: waking
    // them
    // each time costs a third of a training step, spinning on takes the cores of other processes.
    // And the tokenizers' loader looks for a GPU build otherwise.
    return new WorkerCommand(
        List.copyOf(command), Map.of("GOMP_SPINCOUNT", "10000", "RUST_FLAVOR", "cpu"));
  }
}
