package dev.ftpipe.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Asks other programs. */
final class Programs {
  private Programs() {}

  /** The lines that a program prints; none when it is not there, or fails. */
  static List<String> lines(List<String> command) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      try (InputStream out = process.getInputStream()) {
        String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? text.strip().lines().toList() : List.of();
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      return List.of(); // no such program
    }
  }
}
