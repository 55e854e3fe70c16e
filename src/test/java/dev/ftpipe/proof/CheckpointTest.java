package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.proof.Program.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that goes from machine to machine: each a folder of its own, with one remote. */
final class CheckpointTest {
  private static final List<String> OUTPUTS =
      List.of("adapter/adapter_model.safetensors", "adapter/adapter_config.json", "metrics");

  @TempDir Path folder;

  @Test
  void repro_killedAndPreempted_goesOnElsewhereAndGivesTheSameBytes() throws Exception {
    Path whole = machine("whole", "");
    Result reference = new Program(whole).run("repro");
    assertThat(reference.exitCode()).as(reference.err()).isZero();

    Path remote = Files.createDirectories(folder.resolve("remote"));
    String config = "remote: {default: shared}\nremotes: {shared: {url: %s}}\n".formatted(remote);
    Path first = machine("first", config);
    Running killed = new Program(first).start(List.of("setsid"), "repro");
    awaitCheckpoint(remote, "");
    killed.killGroup();

    Path second = machine("second", config);
    String before = manifest(remote);
    Running preempted = new Program(second).start("repro");
    awaitCheckpoint(remote, before);
    preempted.process().destroy();
    Result ended = preempted.end();
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(130);
    assertThat(ended.err()).contains("going on from the checkpoint of step");

    Path third = machine("third", config);
    Result last = new Program(third).run("repro");
    assertThat(last.exitCode()).as(last.err()).isZero();
    assertThat(last.err()).contains("going on from the checkpoint of step");
    for (Path file : files(whole)) {
      assertThat(third.resolve(whole.relativize(file))).hasSameBinaryContentAs(file);
    }
    assertThat(manifest(remote)).as("what nobody needs any more").isEmpty();
  }

  private Path machine(String name, String config) throws IOException {
    Path project = TinyTraining.inputs(folder.resolve(name));
    Files.writeString(
        project.resolve("pipeline.yaml"),
        """
        stages:
          train:
            uses: train
            in: {model: model, train: train.jsonl, val: train.jsonl}
            out: {adapter: adapter, metrics: metrics}
            with:
              lora: {r: 4, lora_dropout: 0.1}
              trainer:
                device: cpu
                max_steps: 300
                learning_rate: 1e-3
                logging_steps: 50
                eval_strategy: steps
                eval_steps: 20
                save_steps: 20
                save_total_limit: 2
                load_best_model_at_end: true
        """);
    if (!config.isEmpty()) {
      Files.createDirectories(project.resolve(".ftpipe"));
      Files.writeString(project.resolve(".ftpipe/config.yaml"), config);
    }
    return project;
  }

  private static void awaitCheckpoint(Path remote, String before) throws Exception {
    String found = manifest(remote);
    for (int i = 0; i < 6000 && (found.isEmpty() || found.equals(before)); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
      found = manifest(remote);
    }
    assertThat(found).isNotEmpty().isNotEqualTo(before);
  }

  /** What the remote says of the newest checkpoint; empty when it has none. */
  private static String manifest(Path remote) throws IOException {
    if (!Files.exists(remote.resolve("checkpoints"))) {
      return "";
    }
    try (Stream<Path> all = Files.walk(remote.resolve("checkpoints"))) {
      List<Path> manifests = all.filter(file -> file.endsWith("manifest.json")).toList();
      return manifests.isEmpty() ? "" : Files.readString(manifests.get(0));
    }
  }

  private static List<Path> files(Path project) throws IOException {
    try (Stream<Path> all = Files.walk(project)) {
      List<Path> files =
          all.filter(Files::isRegularFile)
              .filter(
                  file -> OUTPUTS.stream().anyMatch(out -> file.startsWith(project.resolve(out))))
              .toList();
      assertThat(files).hasSizeGreaterThan(4);
      return files;
    }
  }
}
