package dev.ftpipe.cli;

import java.io.Console;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks the person at the terminal. */
final class Confirmation {
  private Confirmation() {}

  /** Whether there is a person to ask. */
  static boolean isPossible(Terminal terminal) {
    return terminal.columns().isPresent() && System.console() != null;
  }

  /** Asks; only a yes is a yes. */
  static boolean ask(String question) {
    @Nullable Console console = System.console();
    if (console == null) {
      return false;
    }
    @Nullable String answer = console.readLine("%s [y/N] ", question);
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }
}
