package dev.ftpipe.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.store.folder.FolderObjectStore;
import dev.ftpipe.store.local.LocalStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command lines over a project of shell stages. */
final class CliTest {
  @TempDir Path project;

  @BeforeEach
  void pipeline() throws IOException {
    write(
        "pipeline.yaml",
        """
        stages:
          make:
            cmd: echo ${greeting} > made.txt; echo made it
            params: [greeting]
            outs: [made.txt]
          copy:
            cmd: cp made.txt copied.txt
            deps: [made.txt]
            outs: [copied.txt]
        """);
    write("params.yaml", "greeting: hello\n");
  }

  @Test
  void repro_runsThenFindsNothingToDo() throws IOException {
    Result first = ftpipe("repro");
    assertThat(first.exitCode()).isZero();
    assertThat(first.err()).contains("[1/2] make: ", "    made it", "2 run in ");
    assertThat(project.resolve("copied.txt")).hasContent("hello\n");

    Result second = ftpipe("repro");
    assertThat(second.exitCode()).isZero();
    assertThat(second.err()).startsWith("Nothing to do: 2 unchanged");
  }

  @Test
  void repro_whenOutputsAreGone_restoresThem() throws IOException {
    ftpipe("repro");
    Files.delete(project.resolve("made.txt"));
    Files.delete(project.resolve("copied.txt"));

    assertThat(ftpipe("repro").err()).contains("2 restored");
    assertThat(project.resolve("copied.txt")).hasContent("hello\n");
  }

  @Test
  void repro_withJson_printsOneObjectWithTheFixedNames() throws IOException {
    JsonNode json = Json.mapper().readTree(ftpipe("repro", "--json").out());

    assertThat(json.at("/stages/0/name").asText()).isEqualTo("make");
    assertThat(json.at("/stages/0/action").asText()).isEqualTo("run");
    assertThat(json.at("/stages/0/cause").asText()).isNotEmpty();
    assertThat(json.at("/stages/0/key").asText()).hasSize(64);
    assertThat(json.at("/stages/0/seconds").isNumber()).isTrue();
  }

  @Test
  void status_whenAParamChanged_namesOldAndNew() throws IOException {
    ftpipe("repro");
    write("params.yaml", "greeting: bye\n");

    Result text = ftpipe("status", "--exit-code");
    JsonNode change = Json.mapper().readTree(ftpipe("status", "--json").out()).at("/stages/0");

    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.out()).contains("make: has to run").contains("hello → bye");
    assertThat(change.path("state").asText()).isEqualTo("changed");
    assertThat(change.path("changes"))
        .anySatisfy(
            each -> {
              assertThat(each.path("kind").asText()).isEqualTo("parameter");
              assertThat(each.path("old").asText()).contains("hello");
              assertThat(each.path("new").asText()).contains("bye");
            });
  }

  @Test
  void dryRun_changesNothing() throws IOException {
    Result result = ftpipe("repro", "--dry-run");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("make: has to run", "copy: waits");
    try (Stream<Path> files = Files.list(project)) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("pipeline.yaml", "params.yaml");
    }
  }

  @Test
  void why_listsEveryIngredient_thoseThatDifferFirst() throws IOException {
    ftpipe("repro");
    write("params.yaml", "greeting: bye\n");

    List<String> lines = ftpipe("why", "make").out().lines().toList();

    assertThat(lines).anyMatch(line -> line.startsWith("* ") && line.contains("hello"));
    assertThat(lines).anyMatch(line -> line.startsWith("  output made.txt"));
  }

  @Test
  void repro_whenAStageFails_showsCommandExitCodeAndLastLines() throws IOException {
    write("pipeline.yaml", "stages:\n  bad:\n    cmd: echo nearly; exit 7\n    outs: [x]\n");

    Result result = ftpipe("repro");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("failed: bad", "exit code 7", "echo nearly", "    nearly\n");
  }

  @Test
  void repro_whenASourceIsMissing_isWrongUse() throws IOException {
    write(
        "pipeline.yaml", "stages:\n  s:\n    cmd: cat in > out\n    deps: [in]\n    outs: [out]\n");

    Result result = ftpipe("repro");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("pipeline.yaml:2", "'s'", "in");
  }

  @Test
  void anyCommand_withAMistypedName_offersTheNearest() throws IOException {
    Result command = ftpipe("statu");
    Result stage = ftpipe("repro", "mak");

    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.err()).contains("did you mean 'status'?");
    assertThat(stage.exitCode()).isEqualTo(2);
    assertThat(stage.err()).contains("did you mean 'make'?");
  }

  @Test
  void anyCommand_outsideAProject_saysWhatIsMissing() throws IOException {
    Files.delete(project.resolve("pipeline.yaml"));

    Result result = ftpipe("status");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("pipeline.yaml").doesNotContain("Exception");
  }

  @Test
  void anyCommand_belowTheProject_findsIt() throws IOException {
    Path below = Files.createDirectories(project.resolve("deep/down"));

    Result result = run("-C", below.toString(), "dag");

    assertThat(result.out()).isEqualTo("make\ncopy ← make\n");
  }

  @Test
  void version_andHelp_goToStdout() throws IOException {
    assertThat(ftpipe("--version").out()).startsWith("ftpipe ");
    assertThat(ftpipe("repro", "--help").out()).contains("Example: ftpipe repro train");
  }

  private record Result(int exitCode, String out, String err) {}

  private Result ftpipe(String... arguments) throws IOException {
    return run(
        Stream.concat(Stream.of("-C", project.toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private static Result run(String... arguments) throws IOException {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    Terminal terminal =
        Terminal.of(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), Map.of());
    Wiring wiring =
        new Wiring(
            Map.of(),
            LocalStore::open,
            settings -> FolderObjectStore.open(Path.of(settings.url())),
            WorkerCommand.of("none"),
            java.util.Map.of());
    int exitCode = Cli.run(arguments, terminal, wiring, new StopSignal(code -> {}));
    return new Result(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(project.resolve(file), text);
  }
}
