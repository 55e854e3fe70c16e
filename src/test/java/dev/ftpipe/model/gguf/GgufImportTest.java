package dev.ftpipe.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.text.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GgufImportTest {
  private static final Path FIXTURES = Path.of("../shared/fixtures/qlora");

  @TempDir Path folder;

  @Test
  void convert_aHalfPrecisionFile_givesTheModelThatItWasMadeFrom() throws Exception {
    Path source = FIXTURES.resolve("gguf/tiny-llama-F16.gguf");
    Assumptions.assumeTrue(Files.exists(source), "no fixture " + source);
    convert(source, Optional.of(DType.F32));
    try (ModelTensors original = ModelTensors.open(FIXTURES.resolve("tiny-llama"));
        ModelTensors converted = ModelTensors.open(folder)) {
      assertThat(converted.names()).containsExactlyInAnyOrderElementsOf(original.names());
      for (String name : original.names()) {
        boolean norm = original.info(name).shape().size() == 1;
        ByteBuffer stored = Floats.fromFloats(original.floats(name), norm ? DType.F32 : DType.F16);
        assertThat(converted.info(name).shape()).isEqualTo(original.info(name).shape());
        assertThat(converted.floats(name))
            .as(name)
            .containsExactly(Floats.toFloats(stored, norm ? DType.F32 : DType.F16));
      }
    }
    JsonNode expected = json(FIXTURES.resolve("tiny-llama/config.json"));
    JsonNode config = json(folder.resolve("config.json"));
    for (var entry : expected.properties()) {
      if (!entry.getKey().equals("pad_token_id")) {
        assertThat(config.get(entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
      }
    }
    agree("tiny-llama");
  }

  @Test
  void convert_withoutADtype_keepsHalfPrecisionAndWidensQuantized() throws Exception {
    Assumptions.assumeTrue(Files.exists(FIXTURES), "no fixtures in " + FIXTURES);
    convert(FIXTURES.resolve("gguf/tiny-llama-F16.gguf"), Optional.empty());
    try (ModelTensors converted = ModelTensors.open(folder)) {
      assertThat(converted.info("model.norm.weight").dtype()).isEqualTo(DType.F16);
    }
    convert(FIXTURES.resolve("gguf/tiny-llama-Q4_0.gguf"), Optional.empty());
    try (ModelTensors converted = ModelTensors.open(folder)) {
      assertThat(converted.info("lm_head.weight").dtype()).isEqualTo(DType.BF16);
    }
    assertThat(json(folder.resolve("config.json")).get("torch_dtype").asText())
        .isEqualTo("bfloat16");
  }

  @Test
  void convert_aTiedModelWithByteLevelTokens_givesAWholeFolder() throws Exception {
    convert(TinyGguf.llama().write(folder.resolve("tiny.gguf")), Optional.empty());
    JsonNode config = json(folder.resolve("config.json"));
    assertThat(config.get("tie_word_embeddings").asBoolean()).isTrue();
    assertThat(config.get("head_dim").asInt()).isEqualTo(4);
    assertThat(config.get("torch_dtype").asText()).isEqualTo("float32");
    assertThat(json(folder.resolve("generation_config.json")).get("eos_token_id").toString())
        .isEqualTo("[2,6]");
    try (ModelTensors converted = ModelTensors.open(folder)) {
      assertThat(converted.names()).hasSize(20).doesNotContain("lm_head.weight");
    }
    agree("tiny-llama-tied");
  }

  /** The converted tokenizer gives the ids of the reference for all of its texts. */
  private void agree(String name) throws Exception {
    JsonNode cases = json(Path.of("src/test/resources/text/tokenization.json")).get(name);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      for (JsonNode each : cases) {
        String text = each.get("text").asText();
        assertThat(tokenizer.encode(text, true))
            .as(text)
            .containsExactly(Json.mapper().treeToValue(each.get("ids_with_special"), long[].class));
        assertThat(tokenizer.decode(tokenizer.encode(text, false), false))
            .isEqualTo(each.get("decoded").asText());
      }
    }
  }

  @Test
  void unpermute_putsTheHalvesOfAHeadTogether() {
    float[] stored = {0, 2, 1, 3, 10, 12, 11, 13};
    float[] ordered = HeadOrder.ofTransformers(stored, 4, 1);
    assertThat(ordered).containsExactly(0, 1, 2, 3, 10, 11, 12, 13);
    assertThat(HeadOrder.ofLlamaCpp(ordered, 4, 1)).containsExactly(stored);
  }

  @Test
  void convert_whenTheRopeFactorsAreThoseOfLlama3_configuresThem() throws Exception {
    TinyGguf gguf = TinyGguf.llama();
    gguf.metadata.put("llama.rope.freq_base", 500000f);
    // Head width 4: wavelengths 6.3 and 4442.9, so 1 and between 1 and 32.
    float second =
        (float) (1 / ((1 - (8192 / 4442.8829 - 1) / 3) / 32 + (8192 / 4442.8829 - 1) / 3));
    ropeFactors(gguf, 1, second);
    Path source = gguf.write(folder.resolve("a.gguf"));
    assertThatThrownBy(() -> convert(source, Optional.empty()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("'rope_freqs.weight' is not the rope scaling of Llama 3");
    gguf.metadata.put("llama.rope.freq_base", 1e9f);
    ropeFactors(gguf, 1, 32);
    convert(gguf.write(source), Optional.empty());
    assertThat(json(folder.resolve("config.json")).get("rope_scaling").toString())
        .isEqualTo(
            "{\"factor\":32.0,\"high_freq_factor\":4.0,\"low_freq_factor\":1.0,"
                + "\"original_max_position_embeddings\":8192,\"rope_type\":\"llama3\"}");
  }

  @Test
  void convert_whenHeadsTurnInPart_isRefused() throws Exception {
    TinyGguf gguf = TinyGguf.llama();
    gguf.metadata.put("llama.rope.dimension_count", 2);
    Path source = gguf.write(folder.resolve("a.gguf"));
    assertThatThrownBy(() -> convert(source, Optional.empty()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("'llama.rope.dimension_count' is 2, but its attention heads have");
  }

  private static void ropeFactors(TinyGguf gguf, float first, float second) {
    byte[] bytes = Floats.fromFloats(new float[] {first, second}, DType.F32).array();
    gguf.tensors.put("rope_freqs.weight", new TinyGguf.Tensor(0, new long[] {2}, bytes, -1));
  }

  @Test
  void convert_whatIsNoLlama_saysWhatIsSupported() throws Exception {
    refused(
        gguf -> gguf.metadata.put("general.architecture", "phi3"),
        "architecture 'phi3', which is not supported; supported: llama, qwen2, qwen3");
    refused(gguf -> gguf.metadata.put("llama.expert_count", 8), "a mixture of experts");
    refused(gguf -> gguf.metadata.remove("llama.block_count"), "'llama.block_count' is missing");
    refused(gguf -> gguf.metadata.put("llama.block_count", 3), "tensor 'blk.2.attn_norm.weight'");
    refused(gguf -> gguf.metadata.put("llama.block_count", 1), "tensor 'blk.1.attn_norm.weight'");
    refused(
        gguf -> gguf.f32("blk.1.attn_k.weight", 16, 16),
        "tensor 'blk.1.attn_k.weight' has the shape [16, 16], expected [8, 16]");
    refused(gguf -> gguf.tensors.remove("token_embd.weight"), "'token_embd.weight' is missing");
    refused(gguf -> gguf.metadata.put("llama.attention.key_length", 3), "the odd width 3");
  }

  @Test
  void convert_whenTheTokenizerIsNotUsable_saysWhy() throws Exception {
    refused(gguf -> gguf.metadata.put("tokenizer.ggml.model", "bert"), "supported: gpt2, llama");
    refused(gguf -> gguf.metadata.put("tokenizer.ggml.pre", "smolm"), "did you mean 'smollm'?");
    refused(gguf -> gguf.metadata.put("tokenizer.ggml.eos_token_id", 9999), "is 9999");
    refused(
        gguf -> gguf.metadata.put("tokenizer.ggml.merges", java.util.List.of("a zzz")),
        "'zzz' is not a token");
    refused(gguf -> gguf.metadata.remove("tokenizer.ggml.tokens"), "tokens' is missing");
  }

  private void refused(Consumer<TinyGguf> change, String message) throws Exception {
    TinyGguf gguf = TinyGguf.llama();
    change.accept(gguf);
    Path source = gguf.write(folder.resolve("bad.gguf"));
    assertThatThrownBy(() -> convert(source, Optional.empty()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContainingAll("bad.gguf", message);
  }

  private void convert(Path source, Optional<DType> dtype) throws Exception {
    try (GgufFile file = GgufFile.open(source)) {
      GgufImport.convert(file, folder, dtype, (done, total) -> {});
    }
  }

  private static JsonNode json(Path file) throws Exception {
    return Json.mapper().readTree(file.toFile());
  }
}
