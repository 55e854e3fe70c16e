package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.proof.Program.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is killed at any moment, twenty times over, and one on an old processor. */
@Tag("slow")
final class TrainKillTest {
  private static final int KILLS = 20;

  @TempDir Path folder;

  @Test
  void repro_killedAtTwentyRandomMoments_givesTheSameBytes() throws Exception {
    Path whole = project("whole");
    long begin = System.nanoTime();
    Result reference = new Program(whole).run("repro");
    long wholeMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    assertThat(reference.exitCode()).as(reference.err()).isZero();

    Path cut = project("cut");
    Random random = new Random(20);
    int resumed = 0;
    int kills = 0;
    while (kills < KILLS) {
      Running running = new Program(cut).start(List.of("setsid"), "repro");
      if (running.process().waitFor(random.nextLong(wholeMillis), TimeUnit.MILLISECONDS)) {
        Result done = running.end();
        assertThat(done.exitCode()).as(done.err()).isZero();
        same(whole, cut);
        // the next run begins anew: a kill may come at any step of it
        cut = project("cut-" + kills);
        continue;
      }
      Result killed = running.killGroup();
      resumed += killed.err().contains("going on from the checkpoint of step") ? 1 : 0;
      kills++;
    }
    Result last = new Program(cut).run("repro");
    assertThat(last.exitCode()).as(last.err()).isZero();
    same(whole, cut);
    assertThat(resumed).as("runs that went on from a checkpoint").isPositive();
  }

  @Test
  void repro_engineToldToTakeOlderInstructions_computesInFloat32AndSaysSo() throws Exception {
    Result result =
        new Program(project("old")).with("ATEN_CPU_CAPABILITY", "avx2").run("repro", "-v");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out() + result.err())
        .contains("no bfloat16 arithmetic; computing in float32");
  }

  private static void same(Path whole, Path cut) throws IOException {
    for (String output : List.of("adapter", "metrics")) {
      try (Stream<Path> all = Files.walk(whole.resolve(output))) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          assertThat(cut.resolve(whole.relativize(file))).hasSameBinaryContentAs(file);
        }
      }
    }
  }

  private Path project(String name) throws IOException {
    Path project = TinyTraining.inputs(folder.resolve(name));
    Files.writeString(
        project.resolve("pipeline.yaml"),
        """
        stages:
          train:
            uses: train
            in: {model: model, train: train.jsonl}
            out: {adapter: adapter, metrics: metrics}
            with:
              lora: {r: 4, lora_dropout: 0.1}
              trainer:
                device: cpu
                max_steps: 100
                per_device_train_batch_size: 2
                learning_rate: 1e-3
                logging_steps: 10
                save_steps: 5
                save_total_limit: 2
        """);
    return project;
  }
}
