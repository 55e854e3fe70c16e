package dev.ftpipe.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** The commands as {@code ftpipe --help} lists them: by what one is about to do. */
final class CommandGroups {
  /** What a command is for, in its first words. */
  private static final Pattern FIRST = Pattern.compile("[.:;](?: |$)");

  /** Every command that is not hidden, in the order of the help. */
  static final Map<String, List<String>> ALL = all();

  private CommandGroups() {}

  private static Map<String, List<String>> all() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    groups.put("Run", List.of("repro", "status", "why", "dag"));
    groups.put(
        "Data and results",
        List.of("add", "push", "fetch", "pull", "checkout", "verify", "gc", "import-dvc"));
    groups.put("Look", List.of("runs", "report", "ui", "params", "metrics", "plots"));
    groups.put(
        "Other machines", List.of("launch", "queue", "logs", "cancel", "down", "ssh", "cloud"));
    groups.put(
        "Project and program",
        List.of("init", "doctor", "remote", "config", "completion", "schema"));
    return groups;
  }

  /** The section of the help. */
  static String text(Help help) {
    Map<String, CommandLine> commands = help.commandSpec().subcommands();
    StringBuilder text = new StringBuilder();
    ALL.forEach(
        (title, names) -> {
          StringBuilder lines = new StringBuilder();
          for (String name : names) {
            CommandLine command = commands.get(name);
            // Where the command line names one, only that one is there.
            if (command != null) {
              String words =
                  String.join(" ", command.getCommandSpec().usageMessage().description());
              lines.append(
                  String.format(
                      "  %s  %s%n",
                      help.colorScheme().commandText(String.format("%-10s", name)),
                      FIRST.split(words, 2)[0]));
            }
          }
          text.append(lines.isEmpty() ? "" : String.format("%n %s%n%s", title, lines));
        });
    return text.toString();
  }
}
