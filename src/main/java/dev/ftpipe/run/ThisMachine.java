package dev.ftpipe.run;

import com.sun.management.OperatingSystemMXBean;
import dev.ftpipe.base.NvidiaSmi;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Memory and GPUs of the machine or container that ftpipe runs on; looked for at first use. */
final class ThisMachine implements Slots.Machine {
  static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final String NO_DEVICES = "NoDevFiles";

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

  /** Those of {@code CUDA_VISIBLE_DEVICES} where it is set, else all that the driver names. */
  @Override
  public synchronized List<String> gpus() {
    List<String> known = gpus;
    if (known == null) {
      String visible = environment.get(VISIBLE);
      known =
          visible == null
              ? NvidiaSmi.ask("--query-gpu=index", "--format=csv,noheader")
              : named(visible);
      known = known.isEmpty() ? List.of(UNKNOWN_GPU) : known;
      gpus = known;
    }
    return known;
  }

  // As CUDA reads it: what is no device hides all that come after it.
  private static List<String> named(String visible) {
    return Arrays.stream(visible.split(","))
        .map(String::strip)
        .takeWhile(name -> !name.isEmpty() && !name.startsWith("-") && !name.equals(NO_DEVICES))
        .distinct()
        .toList();
  }
}
