package dev.ftpipe.run;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How to start a worker process: this program once more.
 *
 * @param command with arguments
 * @param flags of the command that the user gave
 * @param env on top of ours
 */
public record WorkerCommand(List<String> command, List<String> flags, Map<String, String> env) {
  public static final String ARGUMENT = "--stage-worker";

  private static final int TRIM_MILLIS = 15_000;

  /** Where the launcher keeps parsed classes; unset without one. */
  private static final String ARCHIVE_PROPERTY = "ftpipe.archive";

  /**
   * What a worker's native libraries read. Threads that wait for the next operator spin some
   * hundredths of a millisecond, then sleep: waking them each time costs a third of a training
   * step, spinning on takes the cores of other processes. The tokenizers' loader looks for a GPU
   * build otherwise. One arena of memory, as one thread allocates; what a step frees stays with the
   * process for the next step, as pages that the system has to clear anew cost a fifth of a step.
   * Products of matrices are compiled for their shapes, and kept at a third of a mebibyte each: a
   * step on rows of one length has some fifty of them.
   */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "GOMP_SPINCOUNT", "3000",
          "RUST_FLAVOR", "cpu",
          "MALLOC_ARENA_MAX", "1",
          "MALLOC_TRIM_THRESHOLD_", Long.toString(4L << 30),
          "MALLOC_MMAP_THRESHOLD_", Integer.toString(32 << 20),
          "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "256");

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
    // What the allocator holds back between tensors is returned now and then, by a JVM that can.
    // One
    // that cannot must not mind; so it would not mind a flag of the user's that is spelt wrong,
    // either, and those are checked apart.
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.add("-XX:+UnlockExperimentalVMOptions");
    command.add("-XX:TrimNativeHeapInterval=" + TRIM_MILLIS);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    String archive = System.getProperty(ARCHIVE_PROPERTY);
    if (archive != null) {
      command.add("-Xshare:auto");
      command.add("-XX:SharedArchiveFile=" + archive);
    }
    List<String> flags = WorkerFlags.of(System.getenv());
    command.addAll(flags);
    command.add(mainClass);
    command.add(ARGUMENT);
    return new WorkerCommand(List.copyOf(command), flags, environment(System.getenv()));
  }

  /**
   * What the user has set stays so. The runtime of threads would heed the count, not the policy.
   */
  static Map<String, String> environment(Map<String, String> users) {
    Map<String, String> ours = new HashMap<>(ENVIRONMENT);
    ours.keySet().removeAll(users.keySet());
    if (users.containsKey("OMP_WAIT_POLICY")) {
      ours.remove("GOMP_SPINCOUNT");
    }
    return Map.copyOf(ours);
  }
}
