package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.git.GitSandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command that users are promised: its help, its JSON, and how it fails. */
final class CommandTableTest {
  private static final Pattern SUBCOMMAND = Pattern.compile("(?m)^  ([a-z][a-z-]+)  ");

  @TempDir Path folder;

  private CommandLines project() throws IOException {
    return new CommandLines(folder)
        .write(
            "pipeline.yaml",
            """
            stages:
              a: {cmd: cp in out, deps: [in], outs: [out], params: [p]}
            """)
        .write("params.yaml", "p: 1\n")
        .write("in", "1\n");
  }

  /** {@code runs}, {@code runs show}, … below a command, by what its help lists. */
  private static void collect(CommandLines project, List<String> command, List<List<String>> all) {
    all.add(command);
    String help = help(project, command).out();
    if (help.contains("Commands:")) {
      for (String name :
          SUBCOMMAND
              .matcher(help.split("Commands:", 2)[1])
              .results()
              .map(found -> found.group(1))
              .toList()) {
        List<String> below = new ArrayList<>(command);
        below.add(name);
        collect(project, below, all);
      }
    }
  }

  private static Result help(CommandLines project, List<String> command) {
    List<String> words = new ArrayList<>(command);
    words.add("--help");
    return project.ftpipe(words.toArray(String[]::new));
  }

  @Test
  void everyCommand_andAllBelowIt_hasHelpWithAnExample() throws IOException {
    CommandLines project = project();
    List<List<String>> all = new ArrayList<>();
    collect(project, List.of(), all);

    assertThat(all).contains(List.of("runs", "diff"), List.of("remote", "add"));
    for (List<String> command : all) {
      Result help = help(project, command);
      assertThat(help.exitCode()).as(command.toString()).isZero();
      assertThat(help.out())
          .as(command.toString())
          .contains("Usage: ", "Example: ", "ftpipe " + String.join(" ", command));
    }
  }

  @Test
  void everyCommand_refusesAnUnknownOption_withWhereToLook() throws IOException {
    CommandLines project = project();
    List<List<String>> all = new ArrayList<>();
    collect(project, List.of(), all);
    for (List<String> command : all) {
      List<String> words = new ArrayList<>(command);
      words.add("--no-such-option");
      Result result = project.ftpipe(words.toArray(String[]::new));
      assertThat(result.exitCode()).as(words.toString()).isEqualTo(2);
      assertThat(result.err()).as(words.toString()).startsWith("error: ").doesNotContain("\tat ");
      assertThat(result.out()).as(words.toString()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "repro",
        "status",
        "why a",
        "push",
        "fetch",
        "pull",
        "checkout",
        "gc --dry-run",
        "verify",
        "remote list",
        "params show",
        "metrics show",
        "plots show",
        "runs",
        "runs show latest",
        "runs diff latest latest",
        "report",
        "doctor",
        "params diff",
        "metrics diff",
        "plots diff",
        "status -c"
      })
  void json_isOneObjectOnStdout(String line) throws Exception {
    CommandLines project = project();
    GitSandbox git = GitSandbox.init(folder);
    git.git("add", ".");
    git.git("commit", "-q", "-m", "a");
    project.ftpipe("remote", "add", "-d", "far", folder.resolve("far").toString());
    project.ftpipe("repro");
    project.ftpipe("push");

    Result result = project.ftpipe((line + " --json").split(" "));

    JsonNode value = result.json();
    assertThat(value.isObject() || value.isArray()).as(result.out() + result.err()).isTrue();
    assertThat(result.exitCode()).as(result.err()).isBetween(0, 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          repro nothing                  | 2 | nothing
          repro -S p                     | 2 | p
          repro --params none.yaml       | 2 | none.yaml
          repro -j 0                     | 2 | -j
          repro --check --stage b        | 2 | b
          status nothing                 | 2 | nothing
          status --cloud                 | 2 | remote
          why nothing                    | 2 | nothing
          dag nothing                    | 2 | nothing
          add none                       | 2 | none
          add x --from gopher://x        | 2 | gopher
          push                           | 2 | remote
          fetch                          | 2 | remote
          pull                           | 2 | remote
          pull -r far                    | 2 | far
          checkout nothing               | 2 | nothing
          remote add                     | 2 | NAME
          remote modify far url x        | 2 | far
          remote remove far              | 2 | far
          config no.such.option x        | 2 | no.such.option
          gc --cloud -f                  | 2 | remote
          gc --grace x                   | 2 | x
          verify --cloud                 | 2 | remote
          import-dvc                     | 2 | dvc
          params show nothing            | 2 | nothing
          metrics show nothing           | 2 | nothing
          plots show nothing             | 2 | nothing
          params diff nothing            | 2 | git
          metrics diff nothing           | 2 | git
          plots diff nothing             | 2 | git
          runs show nothing              | 2 | no runs yet
          runs diff nothing latest       | 2 | no runs yet
          runs log nothing               | 2 | no runs yet
          runs rm nothing                | 2 | no runs yet
          report nothing                 | 2 | no runs yet
          ui --port 70000                | 2 | 70000
          launch none.yaml               | 2 | none.yaml
          logs nothing                   | 2 | remote
          cancel nothing                 | 2 | remote
          down nothing                   | 2 | remote
          queue                          | 2 | remote
          ssh nothing                    | 2 | remote
          cloud                          | 2 | show-gpus
          cloud check x                  | 2 | x
          cloud show-gpus nothing        | 2 | A10G
          cloud gc                       | 2 | remote
          cloud policy                   | 2 | remote
          cloud dist                     | 2 | remote
          doctor x                       | 2 | x
          gc --rev nothing               | 2 | git
          verify -r far                  | 2 | --cloud
          repro --on nothing             | 2 | nothing
          init                           | 2 | pipeline.yaml
          completion tcsh                | 2 | tcsh
          schema nothing                 | 2 | nothing
          """)
  void failure_isOneMessage_withAnExitCodeForItsKind(String line, int exitCode, String named)
      throws IOException {
    Result result = project().ftpipe(line.strip().split(" +"));

    assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(exitCode);
    assertThat(result.err()).contains(named).doesNotContain("\tat ", "Exception");
    assertThat(result.err().lines().count()).isLessThan(15);
  }
}
