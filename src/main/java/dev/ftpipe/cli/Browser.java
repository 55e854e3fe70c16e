package dev.ftpipe.cli;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;

/** Opens pages in the browser of the person at this machine. */
final class Browser {
  private Browser() {}

  /** Opens it; where no browser can be started, says what to open. */
  static void open(URI page, Invocation invocation) {
    boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac");
    try {
      new ProcessBuilder(mac ? "open" : "xdg-open", page.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      invocation.note("no browser could be started; open " + page);
    }
  }
}
