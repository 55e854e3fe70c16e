package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** What a user is told who asks. */
final class HelpTest {
  @TempDir Path folder;

  private List<String> commands() {
    Matcher found =
        Pattern.compile("(?m)^  ([a-z][a-z-]+)  ")
            .matcher(ftpipe("--help").out().split("Commands:", -1)[1]);
    return found.results().map(result -> result.group(1)).toList();
  }

  private Result ftpipe(String... arguments) {
    return new CommandLines(folder).ftpipe(arguments);
  }

  @Test
  void everyCommand_hasHelpWithAnExample() {
    assertThat(commands()).contains("repro", "report", "ui", "init", "doctor", "schema");
    for (String command : commands()) {
      Result help = ftpipe(command, "--help");
      assertThat(help.exitCode()).as(command).isZero();
      assertThat(help.out()).as(command).contains("Usage:", "Example: ", "ftpipe " + command);
    }
  }

  @Test
  void help_hasEveryCommandInAGroup_onALineThatFits() {
    CommandLine all = new CommandLines(folder).commands();
    List<String> visible =
        all.getSubcommands().entrySet().stream()
            .filter(each -> !each.getValue().getCommandSpec().usageMessage().hidden())
            .map(Map.Entry::getKey)
            .toList();

    assertThat(commands()).containsExactlyInAnyOrderElementsOf(visible);
    assertThat(ftpipe("--help").out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(ftpipe("--help", "repro").out()).contains("\n  repro  ").doesNotContain("status  ");
  }

  @Test
  void descriptions_areFoldedWhereTheyAreShown_notByHand() {
    descriptionsAreFolded(new CommandLines(folder).commands());
  }

  private static void descriptionsAreFolded(CommandLine command) {
    String text = String.join("\n", command.getCommandSpec().usageMessage().description());
    assertThat(text)
        .as(command.getCommandName())
        .doesNotContainPattern("[^\n]\n[^\n]")
        .doesNotContain("  ");
    for (ArgSpec each : command.getCommandSpec().args()) {
      assertThat(each.description()).hasSizeLessThan(2);
      assertThat(String.join("", each.description())).doesNotContain("  ");
    }
    command.getSubcommands().values().forEach(HelpTest::descriptionsAreFolded);
  }

  @ParameterizedTest
  @CsvSource({
    "reprot, there is no command 'reprot'; did you mean 'repro' or 'report'?",
    "repor, there is no command 'repor'; did you mean 'report' or 'repro'?",
    "repro --kep, there is no option '--kep'; did you mean '--keep-going' or '--help'?",
    "repro --kep-going, there is no option '--kep-going'; did you mean '--keep-going'?",
    "runs dif, there is no command 'dif'; did you mean 'diff'?",
    "config a b c, 'c' is one argument too many",
  })
  void aMistypedWord_getsASuggestion(String line, String message) {
    Result result = ftpipe(line.split(" "));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("error: " + message + "\nSee: ftpipe ");
  }

  @Test
  void completion_knowsEveryCommand() {
    String bash = ftpipe("completion", "bash").out();
    String fish = ftpipe("completion", "fish").out();

    assertThat(bash).contains("complete -F _complete_ftpipe");
    for (String command : commands()) {
      assertThat(bash).contains(command);
      assertThat(fish).contains("-a '" + command + "'");
    }
    assertThat(fish).contains("'__fish_seen_subcommand_from repro' -s k -l keep-going");
  }
}
