package dev.ftpipe.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A terminal of some size in which one command runs; keeps what was on it while it did. */
final class Tmux {
  private static final Path TMUX = Path.of("/usr/bin/tmux");
  private static final Path RECORDS = Path.of("target/terminal");
  private static final long LOOK_MILLIS = 150;
  private static final long LIMIT_MILLIS = 120_000;

  private final Path folder;
  private final int columns;
  private final int lines;

  Tmux(Path folder, int columns, int lines) {
    assumeTrue(Files.isExecutable(TMUX), "needs " + TMUX);
    this.folder = folder;
    this.columns = columns;
    this.lines = lines;
  }

  /**
   * What was on a terminal.
   *
   * @param screens that differ from the one before, without empty lines at the end
   * @param raw all that the command wrote, with its control sequences
   * @param last everything that is there at the end, lines that have scrolled away included
   */
  record Recording(List<String> screens, String raw, String last) {
    /** The screen at some moment that has this text. */
    @Nullable String screenWith(String text) {
      return screens.stream().filter(each -> each.contains(text)).findFirst().orElse(null);
    }
  }

  /** Runs a shell command to its end. */
  Recording record(String name, String command, Map<String, String> environment) throws Exception {
    Path raw = Files.createDirectories(RECORDS).resolve(name + ".raw").toAbsolutePath();
    Files.deleteIfExists(raw);
    StringBuilder exported = new StringBuilder();
    environment.forEach(
        (key, value) ->
            exported.append("export ").append(key).append("='").append(value).append("'; "));
    // The recorder has to be there before the first line is.
    String waiting = "while [ ! -e '" + raw + "' ]; do sleep 0.05; done; ";
    tmux(
        "-f",
        "/dev/null",
        "new-session",
        "-d",
        "-x",
        "" + columns,
        "-y",
        "" + lines,
        "sh",
        "-c",
        exported + waiting + command + "; echo \"exit code $?\"; sleep 600");
    try {
      tmux("pipe-pane", "-o", ": > '" + raw + "'; cat >> '" + raw + "'");
      List<String> screens = new ArrayList<>();
      long end = System.currentTimeMillis() + LIMIT_MILLIS;
      String screen = "";
      while (!screen.contains("exit code ")) {
        assertThat(System.currentTimeMillis()).as("the screen:\n" + screen).isLessThan(end);
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        screen = tmux("capture-pane", "-p").stripTrailing();
        if (screens.isEmpty() || !screens.get(screens.size() - 1).equals(screen)) {
          screens.add(screen);
        }
      }
      String last = tmux("capture-pane", "-p", "-S", "-").stripTrailing();
      Files.writeString(
          RECORDS.resolve(name + ".txt"),
          String.join("\n" + "~".repeat(columns) + "\n", screens) + "\n");
      return new Recording(screens, Files.readString(raw), last);
    } finally {
      tmux("kill-server");
    }
  }

  /**
   * Types into a shell.
   *
   * @param prepare a first line
   * @param ready what is on the screen when it has been dealt with
   * @param keys what is typed then; a tab is the tab key
   * @param expected what has to appear
   * @return the screen with it
   */
  String typed(String shell, String prepare, String ready, String keys, String expected)
      throws Exception {
    tmux("-f", "/dev/null", "new-session", "-d", "-x", "" + columns, "-y", "" + lines, shell);
    try {
      tmux("send-keys", "-l", prepare);
      tmux("send-keys", "Enter");
      awaited("\n" + ready);
      String[] parts = keys.split("(?=\t)", -1);
      for (String part : parts) {
        if (part.startsWith("\t")) {
          tmux("send-keys", "Tab");
        }
        if (!part.strip().isEmpty()) {
          tmux("send-keys", "-l", part.stripLeading());
        }
      }
      return awaited(expected);
    } finally {
      tmux("kill-server");
    }
  }

  private String awaited(String text) throws Exception {
    long end = System.currentTimeMillis() + LIMIT_MILLIS;
    while (true) {
      String screen = tmux("capture-pane", "-p");
      if (screen.contains(text)) {
        return screen;
      }
      assertThat(System.currentTimeMillis()).as("the screen:\n" + screen).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private String tmux(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(TMUX.toString(), "-S", folder.resolve("tmux").toString(), "-u"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    for (String name : List.of("TMUX", "CI", "NO_COLOR", "COLUMNS", "LINES")) {
      builder.environment().remove(name);
    }
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(command + ": " + said).isZero();
    return said;
  }
}
