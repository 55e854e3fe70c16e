package dev.ftpipe.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LlamaConfigTest {
  private static final String SMALL =
      """
      {"model_type": "llama", "vocab_size": 8, "hidden_size": 8, "intermediate_size": 16,
       "num_hidden_layers": 1, "num_attention_heads": 2%s}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama-tied"})
  void read_keysOfTransformers5_giveTheSame(String name) throws IOException {
    Path model = Fixtures.qlora(name);
    Files.copy(model.resolve("config.v5.json"), folder.resolve("config.json"));
    assertThat(LlamaConfig.read(folder)).isEqualTo(LlamaConfig.read(model));
  }

  @Test
  void read_fewKeys_takesTransformersDefaults() throws IOException {
    LlamaConfig config = read("");
    assertThat(config.keyValueHeads()).isEqualTo(2);
    assertThat(config.headDim()).isEqualTo(4);
    assertThat(config.epsilon()).isEqualTo(1e-6);
    assertThat(config.rope().theta()).isEqualTo(10_000);
    assertThat(config.tied()).isFalse();
    assertThat(config.weights()).hasSize(12).containsKey("lm_head.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"model_type\": \"gpt2\"' | model_type is gpt2; supported: llama, mistral, qwen2, qwen3",
        "'\"partial_rotary_factor\": 0.5' | partial_rotary_factor is 0.5; supported: 1",
        "'\"model_type\": \"mistral\", \"sliding_window\": 0' | sliding_window is 0; expected a",
        "'\"hidden_act\": \"gelu\"' | hidden_act is gelu; supported: silu",
        "'\"rope_scaling\": {\"rope_type\": \"dynamic\"}' | rope_type is dynamic; supported:"
            + " default, linear, llama3, yarn",
        "'\"num_key_value_heads\": 3' | not a multiple of num_key_value_heads, 3",
        "'\"num_hidden_layers\": \"two\"' | num_hidden_layers is \"two\"; expected a whole number",
        "'\"num_hidden_layers\": 1000000000' | is 1000000000; at most 10000 are possible",
        "'\"hidden_size\": 2147483648' | hidden_size is 2147483648; expected a whole number",
        "'\"num_attention_heads\": 0' | num_attention_heads is 0; it must be 1 or more",
        "'\"num_attention_heads\": -4' | num_attention_heads is -4; it must be 1 or more",
        "'\"head_dim\": -2' | head_dim is -2; it must be 1 or more",
        "'\"rms_norm_eps\": NaN' | not valid JSON: Non-standard token 'NaN'",
        "'\"tie_word_embeddings\": \"maybe\"' | tie_word_embeddings is \"maybe\"; expected true",
        "'\"rms_norm_eps\": 1e400' | rms_norm_eps is Infinity; it must be a small number",
        "'\"rms_norm_eps\": -1' | rms_norm_eps is -1.0; it must be a small number",
        "'\"rope_theta\": 0' | rope_theta is 0.0; expected a number above 0",
        "'\"rope_theta\": 1e400' | rope_theta is \"Infinity\"; expected a number",
        "'\"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": 1e400}' | factor is \"Infinity\"",
        "'\"max_position_embeddings\": -3' | max_position_embeddings is -3; it must be 1 or more",
        "'\"torch_dtype\": [1]' | torch_dtype is [1]; supported: float32",
        "'\"vocab_size\": 0' | vocab_size is 0; it must be 1 or more",
      })
  void read_unsupported_saysWhatIsSupported(String key, String message) {
    assertThatThrownBy(() -> read(", " + key))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("config.json: ")
        .hasMessageContaining(message);
  }

  private LlamaConfig read(String more) throws IOException {
    Files.writeString(folder.resolve("config.json"), SMALL.formatted(more));
    return LlamaConfig.read(folder);
  }
}
