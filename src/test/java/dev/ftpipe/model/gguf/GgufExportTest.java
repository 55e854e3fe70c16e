package dev.ftpipe.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.llama.LlamaConfig;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.ModelTensors;
import dev.ftpipe.model.tensor.SafetensorsWriter;
import dev.ftpipe.model.tensor.TensorSpec;
import dev.ftpipe.model.text.Tokenizer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GgufExportTest {
  private static final Path ARCHITECTURES = Path.of("src/test/resources/architectures");
  private static final Path TEXT = Path.of("src/test/resources/text");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"F16, F16", "Q8_0, Q8_0", "Q4_0, Q4_0"})
  void convert_givesTheBytesOfTheReferencesWriter(GgufType type, String name) throws Exception {
    Path reference = Fixtures.qlora("gguf/tiny-llama-" + name + ".gguf");
    Path file = export(Fixtures.qlora("tiny-llama"), type);
    try (GgufFile ours = GgufFile.open(file);
        GgufFile theirs = GgufFile.open(reference)) {
      assertThat(ours.tensors()).hasSameSizeAs(theirs.tensors());
      for (GgufTensor expected : theirs.tensors()) {
        GgufTensor found = ours.find(expected.name()).orElseThrow();
        if (expected.shape().size() > 1) {
          assertThat(found.type()).isEqualTo(expected.type());
        }
        assertThat(bytes(file, found)).as(expected.name()).isEqualTo(bytes(reference, expected));
      }
      GgufMetadata metadata = ours.metadata();
      for (String key : theirs.metadata().keys()) {
        if (!key.equals("general.name") && !key.equals("tokenizer.ggml.scores")) {
          assertThat(value(metadata, key)).as(key).isEqualTo(value(theirs.metadata(), key));
        }
      }
    }
  }

  private static Object value(GgufMetadata metadata, String key) {
    for (java.util.function.Function<String, Object> way :
        List.<java.util.function.Function<String, Object>>of(
            metadata::text,
            metadata::number,
            metadata::real,
            metadata::bool,
            metadata::texts,
            metadata::numbers)) {
      try {
        return way.apply(key);
      } catch (FtpipeException e) {
        assertThat(e).hasMessageContaining(key);
      }
    }
    throw new IllegalArgumentException(key);
  }

  private static byte[] bytes(Path file, GgufTensor tensor) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[(int) tensor.byteLength()];
      in.seek(tensor.offset());
      in.readFully(bytes);
      return bytes;
    }
  }

  static Stream<String> models() {
    return Stream.of(
        "llama3_scaled",
        "llama_biases_linear",
        "llama_yarn_head_dim",
        "mistral_no_window",
        "mistral_window",
        "qwen2_tied",
        "qwen3",
        "qwen3_biases",
        "smollm2");
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("models")
  void convert_andBack_givesTheSameModelOfEveryArchitecture(String name) throws Exception {
    Path source = withTokenizer(name);
    Path imported = folder.resolve("imported");
    try (GgufFile file = GgufFile.open(export(source, GgufType.F32))) {
      GgufImport.convert(file, imported, Optional.empty(), (done, total) -> {});
    }
    LlamaConfig expected = LlamaConfig.read(source);
    LlamaConfig found = LlamaConfig.read(imported);
    assertThat(found.rope().scaling().toString()).isEqualTo(expected.rope().scaling().toString());
    assertThat(found).isEqualTo(expected);
    try (ModelTensors before = ModelTensors.open(source);
        ModelTensors after = ModelTensors.open(imported)) {
      assertThat(after.names()).containsExactlyInAnyOrderElementsOf(found.weights().keySet());
      for (String weight : after.names()) {
        assertThat(after.floats(weight)).as(weight).containsExactly(before.floats(weight));
      }
    }
    JsonNode config = json(imported.resolve("config.json"));
    assertThat(config.get("architectures"))
        .isEqualTo(
            name.equals("mistral_no_window")
                ? Json.mapper().readTree("[\"LlamaForCausalLM\"]")
                : json(source.resolve("config.json")).get("architectures"));
  }

  /** A model of the tests with a tokenizer of so many tokens. */
  private Path withTokenizer(String name) throws IOException {
    Path source = Files.createDirectories(folder.resolve(name));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(ARCHITECTURES.resolve(name).resolve(file), source.resolve(file));
    }
    ObjectNode tokenizer =
        (ObjectNode) json(TEXT.resolve("tiny-llama-tied").resolve(Tokenizer.NAME));
    ObjectNode model = (ObjectNode) tokenizer.get("model");
    ObjectNode few = Json.mapper().createObjectNode();
    for (var entry : model.get("vocab").properties()) {
      if (entry.getValue().asInt() < 90) {
        few.set(entry.getKey(), entry.getValue());
      }
    }
    model.set("vocab", few);
    model.putArray("merges");
    Files.writeString(source.resolve(Tokenizer.NAME), tokenizer.toString());
    Files.copy(
        TEXT.resolve("tiny-llama-tied/tokenizer_config.json"),
        source.resolve("tokenizer_config.json"));
    return source;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama", "tiny-llama-tied"})
  void convert_andBack_keepsTokenizerTemplateAndEnds(String name) throws Exception {
    Path source = folder.resolve("model");
    copy(Fixtures.qlora(name), source);
    JsonNode ends = Json.mapper().readTree("{\"bos_token_id\":1,\"eos_token_id\":[2,6]}");
    Files.writeString(source.resolve("generation_config.json"), ends.toString());
    Path imported = folder.resolve("imported");
    try (GgufFile file = GgufFile.open(export(source, GgufType.Q8_0))) {
      GgufImport.convert(file, imported, Optional.empty(), (done, total) -> {});
    }
    assertThat(json(imported.resolve("generation_config.json")).get("eos_token_id").toString())
        .isEqualTo("[2,6]");
    JsonNode before = json(source.resolve("tokenizer_config.json"));
    JsonNode after = json(imported.resolve("tokenizer_config.json"));
    for (String key :
        List.of("bos_token", "eos_token", "unk_token", "pad_token", "chat_template")) {
      assertThat(after.get(key)).as(key).isEqualTo(before.get(key));
    }
    try (Tokenizer theirs = Tokenizer.open(source);
        Tokenizer ours = Tokenizer.open(imported)) {
      assertThat(ours.vocabularySize()).isEqualTo(theirs.vocabularySize());
      for (JsonNode each : json(TEXT.resolve("tokenization.json")).get(name)) {
        String text = each.get("text").asText();
        assertThat(ours.encode(text, true)).as(text).containsExactly(theirs.encode(text, true));
      }
    }
  }

  @Test
  void convert_theTokenizerOfLlama2_hasScoresForAllItsMerges() throws Exception {
    Path tokenizer = Path.of("../shared/fixtures/llama2-tokenizer.json");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(tokenizer), "no " + tokenizer);
    Path source = folder.resolve("model");
    small(source, 32_000);
    Files.copy(tokenizer, source.resolve(Tokenizer.NAME));
    Path imported = folder.resolve("imported");
    try (GgufFile file = GgufFile.open(export(source, GgufType.Q4_0))) {
      GgufImport.convert(file, imported, Optional.empty(), (done, total) -> {});
    }
    List<String> found = new ArrayList<>();
    json(imported.resolve(Tokenizer.NAME))
        .at("/model/merges")
        .forEach(pair -> found.add(pair.get(0).asText() + " " + pair.get(1).asText()));
    List<String> expected = new ArrayList<>();
    json(tokenizer).at("/model/merges").forEach(pair -> expected.add(pair.asText()));
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** A model of one layer with that many tokens and no tokenizer. */
  private void small(Path source, int vocabulary) throws IOException {
    Files.createDirectories(source);
    ObjectNode config = (ObjectNode) json(ARCHITECTURES.resolve("smollm2/config.json"));
    config.put("vocab_size", vocabulary).put("num_hidden_layers", 1);
    Files.writeString(source.resolve("config.json"), config.toString());
    Files.copy(
        TEXT.resolve("tiny-llama/tokenizer_config.json"), source.resolve("tokenizer_config.json"));
    List<TensorSpec> specs = new ArrayList<>();
    LlamaConfig.read(source)
        .weights()
        .forEach((name, shape) -> specs.add(new TensorSpec(name, DType.F32, shape)));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(source.resolve("model.safetensors"), specs, Map.of())) {
      for (TensorSpec spec : specs) {
        writer.write(spec.name(), ByteBuffer.allocate((int) spec.byteLength()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(GgufType.class)
  void convert_everyType_isReadAgain(GgufType type) throws Exception {
    Path source = Fixtures.qlora("tiny-llama");
    double worst = 0;
    try (GgufFile file = GgufFile.open(export(source, type));
        ModelTensors tensors = ModelTensors.open(source)) {
      GgufTensor tensor = file.find("blk.1.ffn_down.weight").orElseThrow();
      float[] values = tensors.floats("model.layers.1.mlp.down_proj.weight");
      float[] found = file.rows(tensor, 0, (int) tensor.rows());
      for (int i = 0; i < values.length; i++) {
        worst = Math.max(worst, Math.abs(values[i] - found[i]));
      }
    }
    double step = 0.7;
    assertThat(worst)
        .isLessThan(
            switch (type) {
              case F32 -> 1e-9;
              case F16 -> step / 1024;
              case BF16 -> step / 128;
              case Q8_0 -> step / 127;
              case Q4_0 -> step / 7;
            });
  }

  @Test
  void quantize_blocksOfZeros_andOfOneSign() {
    float[] zeros = new float[32];
    ByteBuffer q8 = Quantizer.quantize(GgmlType.Q8_0, zeros);
    byte[] bytes = new byte[34];
    q8.get(bytes);
    assertThat(q8.hasRemaining()).isFalse();
    assertThat(bytes).containsOnly(0);
    float[] values = new float[64];
    Arrays.fill(values, 0, 32, -1);
    ByteBuffer q4 = Quantizer.quantize(GgmlType.Q4_0, values).order(ByteOrder.LITTLE_ENDIAN);
    float[] back = new float[64];
    Dequantizer.dequantize(GgmlType.Q4_0, q4, back);
    for (int i = 0; i < values.length; i++) {
      assertThat(back[i] == values[i]).as("value %d is %s", i, back[i]).isTrue();
    }
  }

  @Test
  void convert_whatAFileCannotHold_isRefused() throws Exception {
    refused(
        "the kind 'WordLevel'",
        root ->
            ((ObjectNode) root.get("model"))
                .put("type", "WordLevel")
                .put("unk_token", "<|im_end|>"));
    refused(
        "cuts words in a way for which llama.cpp has no name",
        root -> ((ObjectNode) root.at("/pre_tokenizer/pretokenizers/0/pattern")).put("Regex", "a"));
    refused(
        "normalizes or cuts words",
        root -> root.set("normalizer", Json.mapper().createObjectNode().put("type", "Lowercase")));
    Path window = folder.resolve("qwen2_window_above_a_layer");
    withTokenizer("qwen2_window_above_a_layer");
    assertThatThrownBy(() -> export(window, GgufType.F16))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("use_sliding_window");
  }

  private void refused(String message, Consumer<ObjectNode> change) throws Exception {
    Path source = folder.resolve("model");
    AtomicFiles.deleteTree(source);
    copy(Fixtures.qlora("tiny-llama-tied"), source);
    ObjectNode root = (ObjectNode) json(source.resolve(Tokenizer.NAME));
    change.accept(root);
    Files.writeString(source.resolve(Tokenizer.NAME), root.toString());
    assertThatThrownBy(() -> export(source, GgufType.F16))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining(message);
    assertThat(folder.resolve("model.gguf")).doesNotExist();
  }

  @Test
  void convert_aValueThatHalfPrecisionLacks_isRefused() throws Exception {
    Path source = folder.resolve("model");
    small(source, 8);
    Files.writeString(
        source.resolve(Tokenizer.NAME), json(TEXT.resolve("tiny-llama/tokenizer.json")).toString());
    Path file = source.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, 1e6f);
    Files.write(file, bytes);
    assertThatThrownBy(() -> export(source, GgufType.F16))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("the model's embedding has only 8");
    small(Files.createDirectories(folder.resolve("wide")), 768);
    Path wide = folder.resolve("wide");
    Files.copy(source.resolve(Tokenizer.NAME), wide.resolve(Tokenizer.NAME));
    byte[] more = Files.readAllBytes(wide.resolve("model.safetensors"));
    int header = (int) ByteBuffer.wrap(more).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    ByteBuffer.wrap(more).order(ByteOrder.LITTLE_ENDIAN).putFloat(8 + header, 1e6f);
    Files.write(wide.resolve("model.safetensors"), more);
    assertThatThrownBy(() -> export(wide, GgufType.F16))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("the value 1000000.0, which F16 cannot hold; use type bf16");
    assertThat(export(wide, GgufType.BF16)).exists();
  }

  private Path export(Path source, GgufType type) throws IOException, InterruptedException {
    Path file = folder.resolve("model.gguf");
    GgufExport.convert(source, file, type, (done, total) -> {});
    return file;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.write(to.resolve(file.getFileName().toString()), Files.readAllBytes(file));
      }
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return Json.mapper().readTree(file.toFile());
  }
}
