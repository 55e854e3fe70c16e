package dev.ftpipe.model.llama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.JsonFiles;
import dev.ftpipe.model.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads a Llama {@code config.json}; defaults are those of Transformers' LlamaConfig. */
final class LlamaConfigReader {
  private static final double DEFAULT_THETA = 10_000;

  private final Path file;
  private final JsonNode root;

  private LlamaConfigReader(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static LlamaConfig read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw FtpipeException.pipeline(
          file + ": no such file; a model folder has config.json, *.safetensors, tokenizer.json");
    }
    return new LlamaConfigReader(file, JsonFiles.readObject(file)).config();
  }

  private LlamaConfig config() {
    require("model_type", List.of("llama"), "");
    require("hidden_act", List.of("silu"), "silu");
    refuse("attention_bias");
    refuse("mlp_bias");
    if (root.hasNonNull("quantization_config")) {
      throw unsupported("quantization_config", "a quantized checkpoint", "weights in floats");
    }
    int hidden = whole("hidden_size");
    int heads = whole("num_attention_heads");
    LlamaConfig config =
        new LlamaConfig(
            whole("vocab_size"),
            hidden,
            whole("intermediate_size"),
            whole("num_hidden_layers"),
            heads,
            whole("num_key_value_heads", heads),
            whole("head_dim", heads > 0 ? hidden / heads : 0),
            number(root, "rms_norm_eps", 1e-6),
            rope(),
            root.path("tie_word_embeddings").asBoolean(false),
            whole("max_position_embeddings", 2048),
            dtype());
    List<String> problems = config.problems();
    if (!problems.isEmpty()) {
      throw FtpipeException.pipeline(file + ": " + String.join("; ", problems));
    }
    return config;
  }

  /** Transformers 5 writes {@code rope_parameters}; before it the base stood beside the scaling. */
  private Rope rope() {
    JsonNode scaling = root.path("rope_parameters");
    if (!scaling.isObject()) {
      scaling = root.path("rope_scaling");
    }
    if (!scaling.isObject()) {
      scaling = MissingNode.getInstance();
    }
    double theta = number(scaling, "rope_theta", number(root, "rope_theta", DEFAULT_THETA));
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    return switch (type) {
      case "default" -> new Rope(theta, 1, Optional.empty());
      case "linear" -> new Rope(theta, number(scaling, "factor", 1), Optional.empty());
      case "llama3" ->
          new Rope(
              theta,
              1,
              Optional.of(
                  new Rope.Llama3(
                      number(scaling, "factor", 8),
                      number(scaling, "low_freq_factor", 1),
                      number(scaling, "high_freq_factor", 4),
                      number(scaling, "original_max_position_embeddings", 8192))));
      default -> throw unsupported("rope_type", type, "default, linear, llama3");
    };
  }

  private DType dtype() {
    String name = root.path("dtype").asText(root.path("torch_dtype").asText("float32"));
    return DType.ofTorchName(name)
        .filter(DType::isFloat)
        .orElseThrow(() -> unsupported("dtype", name, "float32, float16, bfloat16"));
  }

  private void require(String key, List<String> supported, String otherwise) {
    String found = root.path(key).asText(otherwise);
    if (!supported.contains(found)) {
      throw unsupported(key, found.isEmpty() ? "missing" : found, String.join(", ", supported));
    }
  }

  private void refuse(String key) {
    if (root.path(key).asBoolean(false)) {
      throw unsupported(key, "true", "false");
    }
  }

  private FtpipeException unsupported(String key, String found, String supported) {
    return FtpipeException.pipeline(
        "%s: %s is %s; supported: %s (models of the Llama family)"
            .formatted(file, key, found, supported));
  }

  private int whole(String key) {
    JsonNode node = root.path(key);
    if (!node.canConvertToInt() || !node.isIntegralNumber()) {
      throw FtpipeException.pipeline(
          "%s: %s is %s; expected a whole number"
              .formatted(file, key, node.isMissingNode() ? "missing" : node));
    }
    return node.intValue();
  }

  private int whole(String key, int otherwise) {
    return root.hasNonNull(key) ? whole(key) : otherwise;
  }

  private double number(JsonNode parent, String key, double otherwise) {
    if (!parent.hasNonNull(key)) {
      return otherwise;
    }
    if (!parent.get(key).isNumber()) {
      throw FtpipeException.pipeline(
          "%s: %s is %s; expected a number".formatted(file, key, parent.get(key)));
    }
    return parent.get(key).doubleValue();
  }
}
