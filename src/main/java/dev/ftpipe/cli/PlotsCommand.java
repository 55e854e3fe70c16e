package dev.ftpipe.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ftpipe plots}. */
@Command(name = "plots")
final class PlotsCommand {
  private PlotsCommand() {}

  static CommandLine of(Invocation invocation) {
    return new CommandLine(new PlotsCommand());
  }
}
