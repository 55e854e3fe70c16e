package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.stage.merge.MergeStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages as jobs of their own, on machines that are processes here. */
final class OnProfileTest {
  private static final String PIPELINE =
      """
      stages:
        part:
          foreach: [1, 2, 3, 4, 5, 6]
          do:
            cmd: '%s && mkdir -p out/${item} && cat in/all > out/${item}/copy && grep -c a params.yaml
              > out/${item}/params && echo "{\\"n\\": ${item}}" > m${item}.json'
            deps: [in]
            params: [a.b]
            outs: ['out/${item}']
            metrics: [{'m${item}.json': {cache: false}}]
            resources: {cpus: 1}
        all:
          uses: merge
          in: {train: [out/1/copy, out/2/copy, out/6/copy]}
          out: {train: all.txt}
      """;

  @TempDir private Path folder;
  private CommandLines here;

  @BeforeEach
  void project() throws IOException {
    here =
        new CommandLines(folder.resolve("here"), Map.of("merge", new MergeStage()))
            .write("in/all", "{\"prompt\":\"a\",\"completion\":\"b\"}\n")
            .write("params.yaml", "a: {b: 1, c: 2}\n");
    pipeline("echo part ${item}");
    isDone(here.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString()));
  }

  private void pipeline(String command) throws IOException {
    here.write("pipeline.yaml", PIPELINE.replace("%s", command));
  }

  private static void isDone(Result result) {
    assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
  }

  private Result repro(String... more) {
    return here.ftpipe(
        Stream.concat(Stream.of("repro", "--on", "local", "-j", "4", "part"), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void stagesWithResourcesRunElsewhereAndTheirOutputsComeHere() throws IOException {
    Result result = repro();

    isDone(result);
    assertThat(result.err()).contains("6 stages went to the engine").contains("part 4");
    assertThat(here.read("out/6/copy")).isEqualTo(here.read("in/all"));
    assertThat(here.read("out/6/params")).isEqualTo("1\n");
    assertThat(here.read("m3.json")).isEqualTo("{\"n\": 3}\n");
    assertThat(here.read("pipeline.lock")).contains("part@6");
    assertThat(here.ftpipe("status", "part").out()).doesNotContain("changed");
    assertThat(repro().err()).contains("Nothing to do: 6 unchanged");
    try (Stream<Path> left = Files.list(folder.resolve("mount/runs"))) {
      assertThat(left.filter(each -> Files.exists(each.resolve("tasks.json")))).isEmpty();
    }
  }

  @Test
  void aStageWithoutResourcesRunsHereUnlessAllAreSent() throws IOException {
    isDone(here.ftpipe("repro", "--on", "local", "-j", "4"));
    String merged = here.read("all.txt");
    Files.delete(here.root.resolve("all.txt"));

    Result result =
        here.ftpipe("repro", "--on", "local", "--all-stages", "-s", "-f", "--no-cache", "all");

    isDone(result);
    assertThat(result.err()).contains("1 stage went");
    assertThat(here.read("all.txt")).isEqualTo(merged).isNotEmpty();
  }

  @Test
  void oneFailureLeavesTheOthersWithKeepGoing() throws IOException {
    pipeline("echo part ${item}; if [ ${item} = 3 ]; then echo no luck; exit 9; fi");

    Result result = repro("-k");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("exit code 9").contains("no luck");
    assertThat(result.err()).contains("5 run").contains("1 failed");
    assertThat(here.root.resolve("out/6/copy")).exists();
  }

  @Test
  void whatHasNotBegunIsGivenUpAfterAFailure() throws IOException {
    pipeline("sleep 3; exit 9");

    Result result = here.ftpipe("repro", "--on", "local", "-j", "1", "part");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("failed").contains("skipped");
  }

  @Test
  void whatIsNotDeclaredIsNotThere() throws IOException {
    here.write("secret", "x\n");
    pipeline("cat secret");

    Result result = repro("-k");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("secret: No such file");
  }

  @Test
  @Tag("slow")
  void aJobThatIsKilledRunsAgainAndItsCommandNotTwice() throws Exception {
    Path pids = folder.resolve("pids");
    pipeline(
        "echo $$ >>%s; if [ $(wc -l <%s) = 1 ]; then sleep 60; fi; echo part ${item}"
            .formatted(pids, pids));
    CompletableFuture<Result> repro =
        CompletableFuture.supplyAsync(() -> here.ftpipe("repro", "--on", "local", "-s", "part@1"));
    while (!Files.exists(pids)) {
      Thread.sleep(50);
    }
    NodeProcesses.ofJob(folder).orElseThrow().destroyForcibly();

    isDone(repro.get(2, TimeUnit.MINUTES));

    List<String> all = Files.readAllLines(pids);
    assertThat(all).hasSize(2);
    assertThat(ProcessHandle.of(Long.parseLong(all.get(0))).map(NodeProcesses::commandLine))
        .matches(line -> line.isEmpty() || line.get().isEmpty());
    assertThat(here.read("out/1/copy")).isEqualTo(here.read("in/all"));
  }

  @Test
  @Tag("slow")
  void aReproThatIsInterruptedLeavesNothingAtTheRemote() throws Exception {
    Path begun = folder.resolve("begun");
    pipeline("touch %s; sleep 60".formatted(begun));
    List<String> command = new ArrayList<>(CommandLines.program().command());
    command.remove(WorkerCommand.ARGUMENT);
    command.addAll(List.of("-C", here.root.toString(), "repro", "--on", "local", "-s", "part@1"));
    Process repro =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    while (repro.isAlive() && !Files.exists(begun)) {
      Thread.sleep(50);
    }

    repro.destroy();

    assertThat(repro.waitFor()).as(Files.readString(folder.resolve("log"))).isEqualTo(130);
    while (NodeProcesses.ofJob(folder).isPresent()) {
      Thread.sleep(50);
    }
    try (Stream<Path> left = Files.walk(folder.resolve("mount/runs"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }
}
