package dev.ftpipe.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.model.Fixtures;
import dev.ftpipe.origin.HubServer;
import dev.ftpipe.proof.Program.Result;
import dev.ftpipe.proof.Program.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A base model of the Hub that is killed again and again while it comes. */
@Tag("slow")
final class HubKillTest {
  private static final Path MODEL = Fixtures.qlora("tiny-llama");
  private static final List<String> FILES =
      List.of("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors");
  private static final int KILLS = 5;

  /** A kill comes after so many bytes at most: all of them together are less than the file. */
  private static final int MOST_BYTES = 60_000;

  /** What a killed client may have been sent without having written it. */
  private static final int ON_THE_WAY = 64_000;

  @TempDir private Path folder;

  @Test
  void repro_killedWhileTheModelComes_goesOnWhereItWas() throws Exception {
    Random random = new Random(4);
    try (HubServer hub = new HubServer()) {
      for (String name : FILES) {
        (name.endsWith(".json") ? hub.files : hub.inLfs)
            .put(name, Files.readAllBytes(MODEL.resolve(name)));
      }
      hub.bytesPerMilli = 200;
      Files.writeString(
          folder.resolve("pipeline.yaml"),
          """
          stages:
            base:
              uses: base_model
              with: {from: 'hf://acme/tiny@v1'}
              out: {model: base}
          """);
      Program program = new Program(folder);
      for (var each : hub.environment().entrySet()) {
        program = program.with(each.getKey(), each.getValue());
      }
      for (int kill = 0; kill < KILLS; kill++) {
        Running running = program.start(List.of("setsid"), "repro");
        long limit = hub.sent.get() + 1 + random.nextInt(MOST_BYTES);
        while (hub.sent.get() < limit) {
          assertThat(running.process().waitFor(1, TimeUnit.MILLISECONDS))
              .as("ended before %d bytes", limit)
              .isFalse();
        }
        // The whole program at once, or the process that shows it alone.
        Result killed = random.nextBoolean() ? running.killGroup() : running.kill();
        assertThat(killed.exitCode()).as(killed.err()).isEqualTo(137);
        assertThat(folder.resolve("base")).doesNotExist();
        assertThat(folder.resolve("pipeline.lock")).doesNotExist();
      }
      assertThat(hub.sent.get()).as("all kills hit the file").isLessThan(size());
      Result done = program.run("repro");
      assertThat(done.exitCode()).as(done.err()).isZero();
      assertThat(hub.sent.get())
          .as("bytes that were sent of %d", size())
          .isBetween(size(), size() + KILLS * ON_THE_WAY);
    }
    for (String name : FILES) {
      assertThat(folder.resolve("base").resolve(name)).hasSameBinaryContentAs(MODEL.resolve(name));
    }
    assertThat(folder.resolve(".ftpipe/state/scratch")).isEmptyDirectory();
  }

  private static long size() throws java.io.IOException {
    return Files.size(MODEL.resolve("model.safetensors"));
  }
}
