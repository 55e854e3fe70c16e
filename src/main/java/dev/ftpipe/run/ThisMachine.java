package dev.ftpipe.run;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Memory and GPUs of the machine or container that ftpipe runs on; looked for at first use. */
final class ThisMachine implements Slots.Machine {
  private final Map<String, String> environment;
  private long memory;
  private @Nullable List<String> gpus;

  ThisMachine(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public synchronized long memoryBytes() {
    if (memory == 0
        && ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      memory = system.getTotalMemorySize();
    }
    return memory;
  }

  /** Those of {@code CUDA_VISIBLE_DEVICES}, else all that the driver names, else one unknown. */
  @Override
  public synchronized List<String> gpus() {
    List<String> known = gpus;
    if (known == null) {
      String visible = environment.getOrDefault("CUDA_VISIBLE_DEVICES", "");
      known =
          visible.isBlank()
              ? listed()
              : Arrays.stream(visible.split(",")).map(String::strip).distinct().toList();
      // Without any, stages that ask for one still must not run at once: they may bring their own.
      known = known.isEmpty() ? List.of("0") : known;
      gpus = known;
    }
    return known;
  }

  private static List<String> listed() {
    try {
      Process process =
          new ProcessBuilder("nvidia-smi", "--query-gpu=index", "--format=csv,noheader")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(10, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0
          ? text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()
          : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
