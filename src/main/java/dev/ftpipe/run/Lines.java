package dev.ftpipe.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The output of a process as lines. */
final class Lines {
  /** A longer line arrives in pieces: a process cannot make us hold any amount of text. */
  private static final int LONGEST = 1 << 16;

  private Lines() {}

  /**
   * Hands over each line until the end. A carriage return ends a line, too: progress bars use it.
   * What is not UTF-8 is replaced.
   */
  static void forEach(InputStream in, Consumer<String> lines) {
    StringBuilder line = new StringBuilder();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        boolean ends = c == '\n' || c == '\r';
        if (!ends) {
          line.append((char) c);
        }
        if ((ends && line.length() > 0) || line.length() >= LONGEST) {
          lines.accept(line.toString());
          line.setLength(0);
        }
      }
    } catch (IOException e) {
      // The pipe of a killed process may end like this.
      lines.accept("(output ended: " + e.getMessage() + ")");
    }
    if (line.length() > 0) {
      lines.accept(line.toString());
    }
  }
}
