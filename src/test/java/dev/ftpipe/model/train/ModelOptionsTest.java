package dev.ftpipe.model.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.model.llama.LlamaOptions;
import dev.ftpipe.model.tensor.DType;
import org.junit.jupiter.api.Test;

/** Which options decide how a model is held and computed. */
final class ModelOptionsTest {
  private static ModelOptions of(String json, boolean fast) {
    return ModelOptions.of(TestOptions.with(json), fast);
  }

  @Test
  void of_computeDtype_countsWhereTheBaseIsInFourBits() {
    assertThat(of("{}", true).options().compute()).isEqualTo(DType.BF16);
    String float32 = "{\"quantization\": {\"bnb_4bit_compute_dtype\": \"float32\"}}";
    assertThat(of(float32, true).options().compute()).isEqualTo(DType.F32);
    assertThat(of("{\"trainer\": {\"bf16\": true}}", true)).isEqualTo(of("{}", true));
  }

  @Test
  void of_bf16_countsWhereItIsNot() {
    String plain = "{\"quantization\": {\"load_in_4bit\": false}, \"trainer\": {\"bf16\": %s}}";
    LlamaOptions narrow = of(plain.formatted(true), true).options();
    assertThat(narrow.compute()).isEqualTo(DType.BF16);
    assertThat(narrow.weights().linear()).isEmpty();
    assertThat(narrow.weights().dtype()).isEqualTo(DType.BF16);
    assertThat(of(plain.formatted(false), true).options().compute()).isEqualTo(DType.F32);
  }

  @Test
  void of_whereBfloat16IsSlow_computesInFloat32AndSaysSo() {
    assertThat(of("{}", false).options().compute()).isEqualTo(DType.F32);
    assertThat(of("{}", false).narrowed()).isTrue();
    assertThat(of("{}", true).narrowed()).isFalse();
  }

  @Test
  void of_checkpointingDropoutAndNoise_arePassedOn() {
    LlamaOptions set =
        of(
                """
                {"trainer": {"gradient_checkpointing": false}, "lora": {"lora_dropout": 0.25},
                 "sft": {"neftune_noise_alpha": 5}, "quantization": {"blocksize": 128}}
                """,
                true)
            .options();
    assertThat(set.checkpointing()).isFalse();
    assertThat(of("{}", true).options().checkpointing()).isTrue();
    assertThat(set.loraDropout()).isEqualTo(0.25);
    assertThat(set.neftuneAlpha()).isEqualTo(5);
    assertThat(set.weights().linear().orElseThrow().block()).isEqualTo(128);
  }
}
