package dev.ftpipe.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the NVIDIA driver's own tool tells of the GPUs of this machine. */
public final class NvidiaSmi {
  private static final long PATIENCE_SECONDS = 10;

  private NvidiaSmi() {}

  /**
   * Asks it.
   *
   * @param options such as {@code --query-gpu=index}
   * @return a line a GPU, stripped, none of them empty; nothing where there is no driver
   */
  public static List<String> ask(String... options) {
    List<String> command = new ArrayList<>(List.of("nvidia-smi"));
    command.addAll(List.of(options));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
