package dev.ftpipe.model.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.tensor.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MergerTest {
  private static final Path FIXTURES = Path.of("../shared/fixtures/qlora");
  private static final Path BASE = FIXTURES.resolve("tiny-llama");

  @TempDir private Path folder;

  @BeforeEach
  void fixturesAreThere() {
    Assumptions.assumeTrue(Files.exists(FIXTURES), "no reference numbers at " + FIXTURES);
  }

  private Path merge(Path base, String adapter, Optional<DType> dtype, long shard)
      throws Exception {
    Path output = folder.resolve("merged");
    new Merger(dtype, shard)
        .merge(
            base, FIXTURES.resolve("trajectories/" + adapter), adapter, output, (done, of) -> {});
    return output;
  }

  @Test
  void merge_givesTheWeightsOfPeft() throws Exception {
    Path output = merge(BASE, "lora_f32", Optional.empty(), 100_000);
    try (ModelTensors merged = ModelTensors.open(output);
        ModelTensors base = ModelTensors.open(BASE);
        SafetensorsFile expected =
            SafetensorsFile.open(
                FIXTURES.resolve("merged/lora_f32/merged_linear_weights.safetensors"))) {
      assertThat(expected.names()).hasSize(14);
      for (String name : expected.names()) {
        float[] theirs = expected.floats(name);
        float[] ours = merged.floats(name);
        assertThat(ours).hasSameSizeAs(theirs);
        for (int i = 0; i < ours.length; i++) {
          assertThat(Math.abs(ours[i] - theirs[i])).as("%s at %s", name, i).isLessThan(1e-6f);
        }
      }
      assertThat(merged.names()).hasSameElementsAs(base.names());
      assertThat(merged.bytes("model.embed_tokens.weight"))
          .isEqualTo(base.bytes("model.embed_tokens.weight"));
    }
  }

  @Test
  void merge_writesAWholeModelFolder() throws Exception {
    Path output = merge(BASE, "lora_f32", Optional.of(DType.BF16), 5_000_000);
    for (String file :
        new String[] {"generation_config.json", "tokenizer.json", "tokenizer_config.json"}) {
      assertThat(output.resolve(file)).hasSameBinaryContentAs(BASE.resolve(file));
    }
    var config = Json.mapper().readTree(output.resolve("config.json").toFile());
    assertThat(config.get("torch_dtype").asText()).isEqualTo("bfloat16");
    try (ModelTensors merged = ModelTensors.open(output)) {
      assertThat(merged.names()).allMatch(name -> merged.info(name).dtype() == DType.BF16);
    }
    assertThat(output.resolve("model.safetensors")).exists();
  }

  @Test
  void merge_whenTheAdapterIsForAnotherModel_namesTheLayer() {
    Path other = FIXTURES.resolve("tiny-llama-tied");
    assertThatThrownBy(() -> merge(other, "lora_f32", Optional.empty(), 5_000_000))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("lora_f32: the adapter of model.layers.0.mlp.down_proj")
        .hasMessageContaining("[64, 128]")
        .hasMessageContaining("[96, 160]");
  }

  @Test
  void merge_whenInterrupted_throws() {
    Path adapter = FIXTURES.resolve("trajectories/lora_f32");
    assertThatThrownBy(
            () ->
                new Merger(Optional.empty(), 5_000_000)
                    .merge(
                        BASE,
                        adapter,
                        "adapter",
                        folder.resolve("merged"),
                        (done, total) -> {
                          throw new InterruptedException();
                        }))
        .isInstanceOf(InterruptedException.class);
  }
}
