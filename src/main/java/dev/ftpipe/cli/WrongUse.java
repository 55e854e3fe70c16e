package dev.ftpipe.cli;

import dev.ftpipe.base.Nearest;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, and what was probably meant. */
final class WrongUse {
  private WrongUse() {}

  static String message(ParameterException error) {
    if (!(error instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return String.valueOf(error.getMessage());
    }
    String word = unmatched.getUnmatched().get(0);
    CommandSpec spec = error.getCommandLine().getCommandSpec();
    if (word.startsWith("-")) {
      String name = word.replaceFirst("=.*", "");
      return "there is no option '"
          + name
          + "'"
          + SkyPilotHabits.option(spec.name(), name)
              .map(here -> "; here: " + here)
              .orElseGet(() -> Nearest.hint(name, spec.optionsMap().keySet()));
    }
    List<String> commands =
        spec.subcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .filter(each -> !each.usageMessage().hidden())
            .map(CommandSpec::name)
            .toList();
    return commands.isEmpty()
        ? "'" + word + "' is one argument too many"
        : "there is no command '"
            + word
            + "'"
            + SkyPilotHabits.command(word)
                .map(here -> "; here: " + here)
                .orElseGet(() -> Nearest.hint(word, commands));
  }
}
