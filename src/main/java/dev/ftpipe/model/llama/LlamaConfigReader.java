package dev.ftpipe.model.llama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.JsonFiles;
import dev.ftpipe.model.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads {@code config.json}; defaults are those of Transformers' configuration classes. */
final class LlamaConfigReader {
  private static final int DEFAULT_WINDOW = 4096;

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
    String modelType = root.path("model_type").asText("missing");
    Architecture architecture =
        Architecture.of(modelType)
            .orElseThrow(() -> unsupported("model_type", modelType, Architecture.supported()));
    String activation = root.path("hidden_act").asText("silu");
    if (!activation.equals("silu")) {
      throw unsupported("hidden_act", activation, "silu");
    }
    if (number(root, "partial_rotary_factor", 1) != 1) {
      throw unsupported("partial_rotary_factor", root.path("partial_rotary_factor").asText(), "1");
    }
    if (root.hasNonNull("quantization_config")) {
      throw unsupported("quantization_config", "a quantized checkpoint", "weights in floats");
    }
    int hidden = whole("hidden_size");
    int heads = whole("num_attention_heads");
    int layers = whole("num_hidden_layers");
    boolean attentionBias = flag("attention_bias");
    boolean byKey = architecture.biases() == Architecture.Biases.BY_KEY;
    LlamaConfig config =
        new LlamaConfig(
            whole("vocab_size"),
            hidden,
            whole("intermediate_size"),
            layers,
            heads,
            whole("num_key_value_heads", architecture.keyValueHeads(heads)),
            whole("head_dim", architecture.headDim(hidden, heads)),
            number(root, "rms_norm_eps", 1e-6),
            new RopeReader(file, root).rope(),
            byKey ? attentionBias : architecture.biases() != Architecture.Biases.NONE,
            byKey && attentionBias,
            architecture == Architecture.LLAMA && flag("mlp_bias"),
            architecture.queryKeyNorm(),
            window(architecture, layers),
            flag("tie_word_embeddings"),
            whole("max_position_embeddings", 2048),
            dtype());
    List<String> problems = config.problems();
    if (!problems.isEmpty()) {
      throw FtpipeException.pipeline(file + ": " + String.join("; ", problems));
    }
    return config;
  }

  private Optional<SlidingWindow> window(Architecture architecture, int layers) {
    boolean used =
        switch (architecture.window()) {
          case NONE -> false;
          case ALWAYS -> !root.has("sliding_window") || root.hasNonNull("sliding_window");
          case BY_KEY -> flag("use_sliding_window") && root.hasNonNull("sliding_window");
        };
    int size = whole("sliding_window", DEFAULT_WINDOW);
    if (!used) {
      return Optional.empty();
    }
    if (size < 1) {
      throw wrong("sliding_window", "a whole number of 1 or more");
    }
    int first = 0;
    if (architecture.window() == Architecture.Window.BY_KEY) {
      first = root.path("layer_types").isArray() ? full() : whole("max_window_layers", 28);
    }
    return first < layers ? Optional.of(new SlidingWindow(size, first)) : Optional.empty();
  }

  /** The number of layers with full attention, all of which must come first. */
  private int full() {
    int full = 0;
    boolean sliding = false;
    for (JsonNode type : root.path("layer_types")) {
      if (type.asText().equals("sliding_attention")) {
        sliding = true;
      } else if (sliding || !type.asText().equals("full_attention")) {
        throw unsupported(
            "layer_types", root.path("layer_types").toString(), "full, then sliding attention");
      } else {
        full++;
      }
    }
    return full;
  }

  private DType dtype() {
    String key = root.hasNonNull("dtype") ? "dtype" : "torch_dtype";
    JsonNode named = root.path(key);
    return DType.ofTorchName(named.isMissingNode() || named.isNull() ? "float32" : named.asText())
        .filter(DType::isFloat)
        .orElseThrow(() -> unsupported(key, named.toString(), "float32, float16, bfloat16"));
  }

  private FtpipeException unsupported(String key, String found, String supported) {
    return FtpipeException.pipeline(
        "%s: %s is %s; supported: %s (models of the Llama family)"
            .formatted(file, key, found, supported));
  }

  private int whole(String key) {
    JsonNode node = root.path(key);
    if (!node.canConvertToInt() || !node.isIntegralNumber()) {
      throw wrong(key, "a whole number below 2^31");
    }
    return node.intValue();
  }

  private boolean flag(String key) {
    if (root.hasNonNull(key) && !root.path(key).isBoolean()) {
      throw wrong(key, "true or false");
    }
    return root.path(key).asBoolean(false);
  }

  private int whole(String key, int otherwise) {
    return root.hasNonNull(key) ? whole(key) : otherwise;
  }

  private double number(JsonNode parent, String key, double otherwise) {
    if (!parent.hasNonNull(key)) {
      return otherwise;
    }
    if (!parent.get(key).isNumber()) {
      throw wrong(key, "a number");
    }
    return parent.get(key).doubleValue();
  }

  private FtpipeException wrong(String key, String expected) {
    JsonNode node = root.path(key);
    return FtpipeException.pipeline(
        "%s: %s is %s; expected %s"
            .formatted(file, key, node.isMissingNode() ? "missing" : node, expected));
  }
}
