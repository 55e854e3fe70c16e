package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** {@code config.json} and {@code generation_config.json} from the metadata of a GGUF file. */
final class ConfigFromGguf {
  private final GgufFile file;
  private final GgufMetadata metadata;
  private final GgufShape shape;

  ConfigFromGguf(GgufFile file, GgufShape shape) {
    this.file = file;
    this.metadata = file.metadata();
    this.shape = shape;
  }

  ObjectNode config(DType dtype) {
    GgufArchitecture architecture = shape.architecture();
    boolean attentionBias = GgufTensors.hasAttentionBias(file, shape);
    OptionalLong window = window();
    boolean mistral =
        architecture == GgufArchitecture.LLAMA && window.isPresent() && !attentionBias;
    ObjectNode config = Json.mapper().createObjectNode();
    config.putArray("architectures").add(mistral ? "MistralForCausalLM" : architecture.className());
    if (!architecture.queryKeyValueBias() && !mistral) {
      config.put("attention_bias", attentionBias);
    }
    config.put("attention_dropout", 0.0);
    id("bos").ifPresent(id -> config.put("bos_token_id", id));
    id("eos").ifPresent(id -> config.put("eos_token_id", id));
    config.put("head_dim", shape.headDim());
    config.put("hidden_act", "silu");
    config.put("hidden_size", shape.hidden());
    config.put("initializer_range", 0.02);
    config.put("intermediate_size", shape.intermediate());
    config.put("max_position_embeddings", metadata.requiredSize(shape.key("context_length")));
    if (architecture == GgufArchitecture.LLAMA && !mistral) {
      config.put("mlp_bias", GgufTensors.hasMlpBias(file, shape));
    }
    config.put("model_type", mistral ? GgufArchitecture.MISTRAL : architecture.modelType());
    config.put("num_attention_heads", shape.heads());
    config.put("num_hidden_layers", shape.layers());
    config.put("num_key_value_heads", shape.keyValueHeads());
    id("padding").ifPresent(id -> config.put("pad_token_id", id));
    if (architecture == GgufArchitecture.LLAMA && !mistral) {
      config.put("pretraining_tp", 1);
    }
    String epsilon = shape.key("attention.layer_norm_rms_epsilon");
    config.put("rms_norm_eps", metadata.real(epsilon).orElseThrow(() -> metadata.missing(epsilon)));
    RopeFromGguf rope = new RopeFromGguf(file, shape);
    rope.scaling()
        .ifPresentOrElse(s -> config.set("rope_scaling", s), () -> config.putNull("rope_scaling"));
    config.put("rope_theta", rope.theta());
    if (mistral) {
      config.put("sliding_window", window.getAsLong());
    }
    config.put("tie_word_embeddings", file.find(GgufTensors.HEAD).isEmpty());
    config.put("torch_dtype", dtype.torchName());
    config.put("use_cache", true);
    if (architecture != GgufArchitecture.LLAMA) {
      config.put("use_sliding_window", false);
    }
    config.put("vocab_size", shape.vocabulary());
    return config;
  }

  private OptionalLong window() {
    String key = shape.key("attention.sliding_window");
    return metadata.number(key).orElse(0) > 0 ? metadata.number(key) : OptionalLong.empty();
  }

  /** With every token that ends a turn or a text. */
  ObjectNode generationConfig() {
    ObjectNode config = Json.mapper().createObjectNode();
    id("bos").ifPresent(id -> config.put("bos_token_id", id));
    List<Long> ends = new ArrayList<>();
    for (String kind : List.of("eos", "eot", "eom")) {
      OptionalLong id = id(kind);
      if (id.isPresent() && !ends.contains(id.getAsLong())) {
        ends.add(id.getAsLong());
      }
    }
    if (ends.size() == 1) {
      config.put("eos_token_id", ends.get(0));
    } else if (!ends.isEmpty()) {
      var list = config.putArray("eos_token_id");
      ends.forEach(list::add);
    }
    id("padding").ifPresent(id -> config.put("pad_token_id", id));
    return config;
  }

  private OptionalLong id(String kind) {
    return metadata.number("tokenizer.ggml." + kind + "_token_id");
  }
}
