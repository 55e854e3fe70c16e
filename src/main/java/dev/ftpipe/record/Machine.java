package dev.ftpipe.record;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The machine of a run.
 *
 * @param os name, version and architecture
 * @param cpus that this process may use
 * @param memory bytes of the machine; 0 when unknown
 */
@JsonPropertyOrder({"host", "os", "cpus", "memory", "java"})
public record Machine(String host, String os, int cpus, long memory, String java) {
  private static final Path HOST = Path.of("/proc/sys/kernel/hostname");
  private static final Path MEMORY = Path.of("/proc/meminfo");

  /** This machine. */
  public static Machine here() {
    return new Machine(
        hostName(),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        memoryBytes(),
        Runtime.version().toString());
  }

  // Not InetAddress: it asks a name server, and waits for one that does not answer.
  static String hostName() {
    return firstLine(HOST)
        .or(() -> Optional.ofNullable(System.getenv("HOSTNAME")))
        .orElse("unknown");
  }

  private static long memoryBytes() {
    Optional<String> total = firstLine(MEMORY).map(line -> line.replaceAll("[^0-9]", ""));
    if (total.filter(digits -> !digits.isEmpty() && digits.length() < 16).isPresent()) {
      return Long.parseLong(total.get()) * 1024;
    }
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean bean
        ? bean.getTotalMemorySize()
        : 0;
  }

  private static Optional<String> firstLine(Path file) {
    try {
      return Files.isReadable(file)
          ? Files.readString(file).lines().findFirst().map(String::strip)
          : Optional.empty();
    } catch (IOException e) {
      // A file of the kernel's that this kernel does not have.
      return Optional.empty();
    }
  }
}
