package dev.ftpipe.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ftpipe completion}: a script for a shell. */
@Command(
    name = "completion",
    description = "A script that completes commands and options in a shell.",
    footer = {
      "",
      "bash, zsh: add to ~/.bashrc or ~/.zshrc:  source <(ftpipe completion bash)",
      "fish:      ftpipe completion fish > ~/.config/fish/completions/ftpipe.fish",
      "Example: ftpipe completion bash"
    })
final class CompletionCommand implements Callable<Integer> {
  /** Shells that there is a script for; spelled as on the command line. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  private final Invocation invocation;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  private Shell shell = Shell.bash;

  CompletionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    CommandLine all = Cli.complete(invocation);
    String script = shell == Shell.fish ? fish(all) : AutoComplete.bash(spec.root().name(), all);
    invocation.terminal().out().print(script);
    return 0;
  }

  /** Lines for fish, which has words of its own for what its completions need. */
  private static String fish(CommandLine root) {
    StringBuilder script = new StringBuilder("# Completion of ftpipe for fish.\n");
    script.append("complete -c ftpipe -f\n");
    Map<String, CommandLine> commands = new LinkedHashMap<>(root.getSubcommands());
    String names = String.join(" ", commands.keySet());
    for (var command : commands.entrySet()) {
      line(
          script,
          "not __fish_seen_subcommand_from " + names,
          List.of("-a", quoted(command.getKey())),
          description(command.getValue()));
      addAll(script, command.getKey(), command.getValue());
    }
    return script.toString();
  }

  private static void addAll(StringBuilder script, String name, CommandLine command) {
    String seen = "__fish_seen_subcommand_from " + name;
    for (var below : command.getSubcommands().entrySet()) {
      line(script, seen, List.of("-a", quoted(below.getKey())), description(below.getValue()));
    }
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        line(script, seen, words(option), String.join(" ", option.description()));
      }
    }
    // Targets are stages or paths; the paths, at least, the shell knows.
    line(script, seen, List.of("-F"), "");
  }

  private static List<String> words(OptionSpec option) {
    List<String> words = new ArrayList<>();
    for (String name : option.names()) {
      words.add(name.startsWith("--") ? "-l" : name.length() == 2 ? "-s" : "-o");
      words.add(name.replaceFirst("^--?", ""));
    }
    if (option.arity().max() > 0) {
      words.add("-r");
    }
    return words;
  }

  private static String description(CommandLine command) {
    return String.join(" ", command.getCommandSpec().usageMessage().description());
  }

  private static void line(
      StringBuilder script, String condition, List<String> words, String description) {
    script.append("complete -c ftpipe -n ").append(quoted(condition)).append(' ');
    script.append(String.join(" ", words));
    String first = description.isEmpty() ? "" : description.split("(?<=[.:;]) ", 2)[0];
    if (!first.isEmpty() && !first.toLowerCase(Locale.ROOT).contains("${")) {
      script.append(" -d ").append(quoted(first));
    }
    script.append('\n');
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
