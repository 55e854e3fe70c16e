package dev.ftpipe.model.train;

import dev.ftpipe.base.NvidiaSmi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device with the memory that is free there, as the system tells it without the engine.
 *
 * @param free bytes; empty where nobody tells
 */
public record DeviceRoom(String device, OptionalLong free) {
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB$");

  /**
   * The device of a run.
   *
   * @param wanted {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
   */
  public static DeviceRoom of(String wanted) {
    if (wanted.equals("cpu")) {
      return cpu();
    }
    String number = wanted.startsWith("cuda:") ? wanted.substring(5) : "0";
    List<String> free =
        NvidiaSmi.ask("--id=" + number, "--query-gpu=memory.free", "--format=csv,noheader,nounits");
    boolean known = free.size() == 1 && free.get(0).matches("\\d{1,9}");
    if (wanted.equals("auto") && !known) {
      return cpu();
    }
    return new DeviceRoom(
        "cuda:" + number,
        known ? OptionalLong.of(Long.parseLong(free.get(0)) << 20) : OptionalLong.empty());
  }

  private static DeviceRoom cpu() {
    Path limit = Path.of("/sys/fs/cgroup/memory.max");
    Path used = Path.of("/sys/fs/cgroup/memory.current");
    long free = Long.MAX_VALUE;
    Matcher available = AVAILABLE.matcher(text(Path.of("/proc/meminfo")));
    if (available.find()) {
      free = Long.parseLong(available.group(1)) << 10;
    }
    if (text(limit).matches("\\d{1,18}") && text(used).matches("\\d{1,18}")) {
      free = Math.min(free, Math.max(0, Long.parseLong(text(limit)) - Long.parseLong(text(used))));
    }
    return new DeviceRoom(
        "cpu", free == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(free));
  }

  private static String text(Path file) {
    try {
      return Files.isReadable(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      return "";
    }
  }

  public boolean isGpu() {
    return device.startsWith("cuda");
  }

  /** Whether something of that size fits, as a sentence. */
  String verdict(long bytes) {
    String need = "memory: about " + MemoryPlan.gibibytes(bytes) + " GiB on " + device;
    if (free.isEmpty()) {
      return need;
    }
    String there = ", where " + MemoryPlan.gibibytes(free.getAsLong()) + " GiB are free: ";
    return need
        + there
        + (bytes <= free.getAsLong()
            ? "it fits"
            : "it does not fit; lower trainer.per_device_train_batch_size or sft.max_length, keep"
                + " trainer.gradient_checkpointing and quantization.load_in_4bit true");
  }
}
