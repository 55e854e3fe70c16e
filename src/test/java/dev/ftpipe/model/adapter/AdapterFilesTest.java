package dev.ftpipe.model.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.base.JsonFiles;
import dev.ftpipe.model.sft.LoraOptions;
import dev.ftpipe.model.sft.TrainOptions;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.tensor.TensorSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdapterFilesTest {
  private static final String Q = "model.layers.0.self_attn.q_proj";
  private static final String V = "model.layers.0.self_attn.v_proj";

  @TempDir private Path folder;

  private static LoraOptions options(int rank) {
    ObjectNode json = TrainOptions.defaults();
    ((ObjectNode) json.get("lora")).put("r", rank).put("use_rslora", true).put("lora_alpha", 8);
    return Json.mapper().convertValue(json, TrainOptions.class).lora();
  }

  private static Path write(Path to, int rank) throws IOException {
    TreeMap<String, LoraWeights> weights = new TreeMap<>();
    weights.put(V, new LoraWeights(2, 3, 1, new float[] {1, 2, 3, 4, 5, 6}, new float[] {7, 8}));
    weights.put(Q, new LoraWeights(2, 1, 1, new float[] {0.1f, -2}, new float[] {3, 4}));
    AdapterFiles.write(
        to,
        AdapterConfig.of(options(rank), "models/base", weights.keySet()),
        weights,
        new TreeMap<>());
    return to;
  }

  @Test
  void write_canBeReadBack() throws Exception {
    write(folder, 2);
    try (Adapter adapter = Adapter.open(folder, "out/adapter")) {
      assertThat(adapter.modules()).containsExactly(Q, V);
      assertThat(adapter.config().scale(Q)).isEqualTo(8 / Math.sqrt(2));
      assertThat(adapter.config().baseModel()).isEqualTo("models/base");
      assertThat(adapter.config().targetModules().toString()).isEqualTo("[\"q_proj\",\"v_proj\"]");
      assertThat(adapter.weights(V).a()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(adapter.weights(V).outputs()).isEqualTo(1);
    }
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("adapter_model.safetensors"))) {
      assertThat(file.names())
          .contains("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight");
    }
  }

  @Test
  void write_givesTheSameBytesAgain() throws Exception {
    Path first = write(folder.resolve("a"), 2);
    Path second = write(folder.resolve("b"), 2);
    for (String file : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
      assertThat(first.resolve(file)).hasSameBinaryContentAs(second.resolve(file));
    }
  }

  @Test
  void open_whenRankDisagrees_names() throws Exception {
    write(folder, 4);
    assertThatThrownBy(() -> Adapter.open(folder, "out/adapter"))
        .isInstanceOf(FtpipeException.class)
        .hasMessage(
            "out/adapter: the adapter of %s has shapes [2, 1] and [1, 2], but its configuration"
                + " says rank 4",
            Q);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fan_in_fan_out is true",
        "lora_bias is true",
        "use_bdlora is {\"target_modules_bd_a\":[\"q_proj\"]}",
        "alora_invocation_tokens is [1,2]",
        "arrow_config is {\"top_k\":2}",
        "target_parameters is [\"mlp.experts\"]",
        "trainable_token_indices is [1]",
        "layer_replication is [[0,1]]"
      })
  void open_whenTheKindIsNotSupported_names(String key) throws Exception {
    write(folder, 2);
    Path config = folder.resolve("adapter_config.json");
    String[] parts = key.split(" is ", 2);
    ObjectNode json = (ObjectNode) Json.mapper().readTree(config.toFile());
    json.set(parts[0], Json.mapper().readTree(parts[1]));
    Files.writeString(config, json.toString());
    assertThatThrownBy(() -> Adapter.open(folder, "out/adapter"))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("out/adapter/adapter_config.json: " + key)
        .hasMessageContaining("adapters of this kind are not supported");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "r | 0 | r is 0: expected a whole number of 1 or more",
        "r | 2147483648 | r is 2147483648: expected a whole number of 1 or more",
        "lora_alpha | 1e400 | lora_alpha is \"Infinity\": expected a number",
        "lora_alpha | NaN | adapter_config.json: not valid JSON",
        "lora_dropout | 5 | lora_dropout is 5: expected a number from 0",
        "lora_dropout | \"x\" | lora_dropout is \"x\": expected a number",
        "peft_type | \"IA3\" | peft_type is \"IA3\": expected \"LORA\"",
        "use_rslora | \"yes\" | use_rslora is \"yes\": expected true or false",
        "bias | \"some\" | bias is \"some\": expected none, all or lora_only",
        "rank_pattern | {\"(\": 4} | rank_pattern is {\"(\":4}: not a regular expression",
        "layers_to_transform | [1099511627776] | expected a list of whole numbers",
        "modules_to_save | [1] | modules_to_save is [1]: expected a list of texts",
        "use_dora | true | has no magnitudes, but its configuration says use_dora is true",
      })
  void open_whenTheConfigurationIsOdd_saysWhere(String key, String value, String message)
      throws Exception {
    write(folder, 2);
    Path config = folder.resolve("adapter_config.json");
    ObjectNode json = JsonFiles.readObject(config);
    json.put(key, "VALUE");
    Files.writeString(config, json.toString().replace("\"VALUE\"", value));
    assertThatThrownBy(() -> Adapter.open(folder, "out/adapter"))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void open_whenThereIsNoAdapter_saysWhatIsExpected() {
    assertThatThrownBy(() -> Adapter.open(folder, "out/adapter"))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("out/adapter/adapter_config.json: no such file");
  }

  @Test
  void open_withoutSafetensors_saysWhatIsExpected() throws Exception {
    write(folder, 2);
    Files.delete(folder.resolve("adapter_model.safetensors"));
    assertThatThrownBy(() -> Adapter.open(folder, "out/adapter"))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("out/adapter/adapter_model.safetensors: no such file; expected");
  }

  @Test
  void open_whenATensorHasAnotherName_saysWhatIsExpected() throws Exception {
    write(folder, 2);
    Path file = folder.resolve("adapter_model.safetensors");
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(
        file, text.replace("base_model.model.", "best_model.model."), StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Adapter.open(folder, "out/adapter"))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("is not a LoRA weight, nor of modules_to_save; expected names like");
  }

  @Test
  void weights_thatAreNotFinite_areRefused() throws Exception {
    write(folder, 2);
    Path file = folder.resolve("adapter_model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    java.util.Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0xff);
    Files.write(file, bytes);
    try (Adapter adapter = Adapter.open(folder, "out/adapter")) {
      assertThatThrownBy(() -> adapter.weights(V))
          .isInstanceOf(FtpipeException.class)
          .hasMessageContaining("v_proj.lora_B.weight' holds NaN");
    }
  }

  @Test
  void checkFits_whenTheBaseIsAnother_namesTheLayer() throws Exception {
    write(folder, 2);
    try (Adapter adapter = Adapter.open(folder, "out/adapter");
        SafetensorsFile other = SafetensorsFile.open(folder.resolve("adapter_model.safetensors"))) {
      TensorSource base = other;
      assertThatThrownBy(() -> adapter.checkFits(base))
          .isInstanceOf(FtpipeException.class)
          .hasMessageContaining(Q)
          .hasMessageContaining("models/base");
    }
  }

  @Test
  void scale_followsThePatterns() {
    AdapterConfig config = AdapterConfig.of(options(2), "", java.util.List.of());
    AdapterConfig patterned =
        new AdapterConfig(
            "",
            8,
            16,
            0,
            false,
            false,
            "none",
            config.targetModules(),
            config.initLoraWeights(),
            java.util.List.of(),
            java.util.Optional.empty(),
            Map.of("q_proj", 4),
            Map.of("layers.1.mlp.up_proj", 2.0));
    assertThat(patterned.scale(Q)).isEqualTo(4);
    assertThat(patterned.scale(V)).isEqualTo(2);
    assertThat(patterned.scale("model.layers.1.mlp.up_proj")).isEqualTo(0.25);
  }
}
