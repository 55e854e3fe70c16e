package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks the person at the terminal; standard input may be something else. */
final class Confirmation {
  private static final Path TERMINAL = Path.of("/dev/tty");

  private Confirmation() {}

  private static boolean isPossible(Terminal terminal) {
    return terminal.columns().isPresent() && Files.isReadable(TERMINAL);
  }

  /**
   * Asks whoever is there; only a yes is a yes.
   *
   * @param remedy what to do where there is nobody
   * @throws FtpipeException wrong use, where there is nobody to ask
   */
  static boolean required(Terminal terminal, String question, String remedy) {
    if (!isPossible(terminal)) {
      throw FtpipeException.usage("there is nobody to ask; " + remedy);
    }
    return ask(terminal, question);
  }

  private static boolean ask(Terminal terminal, String question) {
    terminal.err().print(question + " [y/N] ");
    terminal.err().flush();
    try (BufferedReader in = Files.newBufferedReader(TERMINAL, StandardCharsets.UTF_8)) {
      @Nullable String answer = in.readLine();
      return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    } catch (IOException e) {
      // No terminal is attached to this process after all: nobody said yes.
      return false;
    }
  }
}
