package dev.ftpipe.model.torch;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The memory of a device that is in use. */
public final class DeviceMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

  private DeviceMemory() {}

  /**
   * In bytes: of a GPU what all processes use together, of the processor what is resident of this
   * process; 0 where the system does not tell.
   */
  public static long used(Device device) {
    if (device.isGpu()) {
      return CudaUtils.getGpuMemory(device).getCommitted();
    }
    try {
      Matcher resident = RESIDENT.matcher(Files.isReadable(STATUS) ? Files.readString(STATUS) : "");
      return resident.find() ? Long.parseLong(resident.group(1)) << 10 : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
