package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.report.Table;
import dev.ftpipe.report.Values;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How a table is shown, as in DVC. */
final class TableOptions {
  private static final int PRECISION = 5;
  private static final int MOST_PRECISION = 30;

  @ArgGroup private Format format = new Format();

  @Option(
      names = "--precision",
      paramLabel = "N",
      description = "Digits after the point (default: ${DEFAULT-VALUE}).")
  private int precision = PRECISION;

  /** At most one of them. */
  static final class Format {
    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Option(names = "--md", description = "A Markdown table.")
    private boolean markdown;
  }

  boolean json() {
    return format.json;
  }

  /** A metric as text. */
  String rounded(Optional<JsonNode> value) {
    if (precision < 0 || precision > MOST_PRECISION) {
      throw FtpipeException.usage(
          "--precision takes a number from 0 to " + MOST_PRECISION + ", not " + precision);
    }
    return Values.text(value, OptionalInt.of(precision));
  }

  void print(Table table, Terminal terminal) {
    terminal.out().print(format.markdown ? table.markdown() + "\n" : table.text());
  }
}
