package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of one machine, seen and fetched on another. */
final class RemoteRunsTest {
  private static final String PIPELINE =
      """
      stages:
        train:
          cmd: mkdir -p model; echo ${lr} > model/w; echo '{"loss":0.${lr}}' > metrics.json; echo hello
          params: [lr]
          outs: [model]
          metrics: [{metrics.json: {cache: false}}]
      """;

  @TempDir private Path folder;
  private CommandLines here;
  private CommandLines there;

  @BeforeEach
  void machines() throws IOException {
    here = machine("here");
    there = machine("there");
  }

  private CommandLines machine(String name) throws IOException {
    CommandLines machine = new CommandLines(folder.resolve(name));
    machine.write("pipeline.yaml", PIPELINE).write("params.yaml", "lr: 1\n");
    isDone(machine.ftpipe("remote", "add", "-d", "shared", folder.resolve("mount").toString()));
    return machine;
  }

  private static Result isDone(Result result) {
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result;
  }

  private List<String> atTheRemote() throws IOException {
    Path runs = folder.resolve("mount/runs");
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(runs)) {
      return all.filter(each -> Files.exists(each.resolve("run.json")))
          .map(each -> each.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void push_publishesTheRunOfTheLockFile() throws IOException {
    isDone(here.ftpipe("repro"));
    isDone(here.ftpipe("push"));
    assertThat(atTheRemote()).hasSize(1);
    assertThat(there.ftpipe("runs").out()).isEmpty();
    assertThat(isDone(there.ftpipe("runs", "-c")).out()).contains(atTheRemote().get(0), "0.1");
    assertThat(there.ftpipe("runs", "show", "-c", "--json", "latest").json().path("state").asText())
        .isEqualTo("done");
    assertThat(isDone(there.ftpipe("runs", "log", "-c", "latest", "train")).out())
        .isEqualTo("hello\n");
    assertThat(there.ftpipe("runs", "show", "latest").exitCode()).isEqualTo(2);
  }

  @Test
  void reproThatPushes_publishesItsRecord() throws IOException {
    isDone(here.ftpipe("repro", "--push"));
    assertThat(atTheRemote()).hasSize(1);
    isDone(there.ftpipe("pull", atTheRemote().get(0)));
    assertThat(there.read("model/w")).isEqualTo("1\n");
  }

  @Test
  void runsOfAGrid_arePushedPulledAndCompared() throws IOException {
    isDone(here.ftpipe("repro", "-S", "lr=2,3"));
    assertThat(atTheRemote()).isEmpty();
    isDone(here.ftpipe("push", "--runs"));
    List<String> runs = atTheRemote();
    assertThat(runs).hasSize(2);
    assertThat(isDone(there.ftpipe("runs", "diff", "-c", "-2", "-1")).out())
        .contains("params.yaml  lr       2", "metrics.json  loss      0.2");

    Result pulled = isDone(there.ftpipe("pull", runs.get(0)));
    assertThat(pulled.err()).contains("run " + runs.get(0) + ": 2 outputs put in place");
    assertThat(there.read("model/w")).isEqualTo("2\n");
    assertThat(there.read("metrics.json")).isEqualTo("{\"loss\":0.2}\n");
    there.write("params.yaml", "lr: 2\n");
    assertThat(there.ftpipe("status", "--exit-code").exitCode()).isZero();

    String word = runs.get(1).substring(runs.get(1).length() - 4);
    isDone(there.ftpipe("pull", word, "--to", "results"));
    assertThat(there.read("results/model/w")).isEqualTo("3\n");
    assertThat(there.read("results/metrics.json")).isEqualTo("{\"loss\":0.3}\n");
    assertThat(there.read("results/run.json")).contains(runs.get(1));
    assertThat(there.root.resolve("results/pipeline.lock")).exists();
    assertThat(there.read("model/w")).isEqualTo("2\n");
  }

  @Test
  void oneRun_isPushedByItsName() throws IOException {
    isDone(here.ftpipe("repro", "-S", "lr=2,3"));
    isDone(here.ftpipe("push", "latest"));
    assertThat(atTheRemote()).hasSize(1);
    assertThat(there.ftpipe("pull", "20200101-000000-aaaa").err()).contains("there is no run");
    assertThat(there.ftpipe("pull", "trian").exitCode()).isEqualTo(2);
  }

  @Test
  void pullOfARun_doesNotOverwriteWhatNoCacheHas() throws IOException {
    isDone(here.ftpipe("repro"));
    isDone(here.ftpipe("push"));
    there.write("model/w", "mine\n");
    Result pulled = there.ftpipe("pull", atTheRemote().get(0));
    assertThat(pulled.exitCode()).isEqualTo(1);
    assertThat(pulled.err()).contains("model: what is there is in no cache; -f overwrites it");
    assertThat(there.read("model/w")).isEqualTo("mine\n");
    isDone(there.ftpipe("pull", "-f", atTheRemote().get(0)));
    assertThat(there.read("model/w")).isEqualTo("1\n");
  }

  @Test
  void pullOfARun_readsLargeOutputsOnce() throws Exception {
    Path counted = Path.of("/proc/self/io");
    Assumptions.assumeTrue(Files.isReadable(counted), "needs Linux, which counts what is read");
    String pipeline = "stages: {large: {cmd: cp data large, deps: [data], outs: [large]}}\n";
    there.write("pipeline.yaml", pipeline);
    byte[] data = new byte[32 << 20];
    new Random(1).nextBytes(data);
    Files.write(here.write("pipeline.yaml", pipeline).root.resolve("data"), data);
    isDone(here.ftpipe("repro"));
    isDone(here.ftpipe("push"));

    long before = charactersRead(counted);
    isDone(there.ftpipe("pull", atTheRemote().get(0)));
    long read = charactersRead(counted) - before;

    assertThat(there.root.resolve("large")).hasBinaryContent(data);
    assertThat(read).isBetween((long) data.length, data.length * 3L / 2);
  }

  private static long charactersRead(Path counted) throws IOException {
    return Files.readAllLines(counted).stream()
        .filter(line -> line.startsWith("rchar: "))
        .mapToLong(line -> Long.parseLong(line.substring(7)))
        .sum();
  }

  @Test
  void rm_removesThereAsWell() throws IOException {
    isDone(here.ftpipe("repro"));
    isDone(here.ftpipe("push"));
    isDone(here.ftpipe("runs", "rm", "-c", "latest"));
    assertThat(atTheRemote()).isEmpty();
    assertThat(isDone(here.ftpipe("runs", "-c")).out()).isEmpty();
  }
}
