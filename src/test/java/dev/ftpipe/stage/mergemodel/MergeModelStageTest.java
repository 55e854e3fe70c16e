package dev.ftpipe.stage.mergemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.Digest;
import dev.ftpipe.stage.StageRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MergeModelStageTest {
  private static final Path FIXTURES = Path.of("../shared/fixtures/qlora");

  @TempDir private Path folder;

  @BeforeEach
  void fixturesAreThere() {
    Assumptions.assumeTrue(Files.exists(FIXTURES), "no reference numbers at " + FIXTURES);
  }

  private StageRun stage() {
    return new StageRun(folder)
        .in("model", FIXTURES.resolve("tiny-llama"))
        .in("adapter", FIXTURES.resolve("trajectories/lora_f32"))
        .out("model");
  }

  @Test
  void run_writesTheModelInShards() throws Exception {
    StageRun run = stage().with("max_shard_size", "100KB").run(new MergeModelStage());
    assertThat(run.file("model").resolve("model.safetensors.index.json")).exists();
    assertThat(run.file("model").resolve("tokenizer.json")).exists();
    assertThat(run.progress().get(run.progress().size() - 1).done())
        .isEqualTo(run.progress().get(0).total());
  }

  /** When this fails, raise the stage's version and put in the new digest. */
  @Test
  void run_givesTheBytesOfThisVersion() throws Exception {
    StageRun run = stage().run(new MergeModelStage());
    assertThat(new MergeModelStage().version()).isEqualTo(1);
    assertThat(Digest.ofFile(run.file("model").resolve("model.safetensors")).toString())
        .isEqualTo("616335558434e20aba2b94fe1d50c6b2b2554ef1dcc6cfd53c33e66a410bd3c3");
  }

  @Test
  void problems_nameTheParameter() {
    assertThatThrownBy(() -> stage().with("max_shard_size", "big").run(new MergeModelStage()))
        .hasMessageContaining("max_shard_size is 'big'");
    assertThatThrownBy(() -> stage().with("dtype", "int8").run(new MergeModelStage()))
        .hasMessageContaining("one of float32, float16, bfloat16");
  }
}
