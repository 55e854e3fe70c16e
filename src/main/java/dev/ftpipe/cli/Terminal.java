package dev.ftpipe.cli;

import java.io.PrintStream;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.Help.Ansi;

/**
 * The streams of one invocation: results go to {@code out}, everything else to {@code err}.
 *
 * @param columns width of the terminal that {@code err} is; empty when it is a file or a pipe
 * @param ansi whether messages are coloured
 */
public record Terminal(PrintStream out, PrintStream err, OptionalInt columns, Ansi ansi) {
  /** When messages are coloured; spelled as on the command line. */
  enum Color {
    auto,
    always,
    never
  }

  /**
   * The terminal as the launcher found it; see {@code FTPIPE_TERMINAL_COLUMNS} there. One that
   * cannot erase a line ({@code TERM=dumb}), and one that a CI keeps as a log, get plain lines.
   */
  public static Terminal of(PrintStream out, PrintStream err, Map<String, String> environment) {
    OptionalInt width = width(environment.getOrDefault("FTPIPE_TERMINAL_COLUMNS", ""));
    boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
    String ci = environment.getOrDefault("CI", "");
    boolean log = dumb || !(ci.isEmpty() || ci.equals("false"));
    boolean colored = width.isPresent() && !dumb && !environment.containsKey("NO_COLOR");
    return new Terminal(out, err, log ? OptionalInt.empty() : width, colored ? Ansi.ON : Ansi.OFF);
  }

  private static OptionalInt width(String columns) {
    boolean number =
        !columns.isEmpty()
            && columns.length() <= 4
            && columns.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? OptionalInt.of(Integer.parseInt(columns)) : OptionalInt.empty();
  }

  Terminal with(Color color) {
    return switch (color) {
      case auto -> this;
      case always -> new Terminal(out, err, columns, Ansi.ON);
      case never -> new Terminal(out, err, columns, Ansi.OFF);
    };
  }

  Terminal withoutProgress() {
    return new Terminal(out, err, OptionalInt.empty(), ansi);
  }

  /** Text in picocli's markup, such as {@code @|red failed|@}; only for markup of our own. */
  String styled(String style, String text) {
    // The text is not ours: it must not be read as markup.
    return ansi.enabled()
        ? Ansi.Style.on(Ansi.Style.parse(style)) + text + Ansi.Style.off(Ansi.Style.parse(style))
        : text;
  }
}
