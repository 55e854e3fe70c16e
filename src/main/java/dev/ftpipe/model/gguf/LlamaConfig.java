package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code config.json} and {@code generation_config.json} from the metadata of a GGUF file. */
final class LlamaConfig {
  /** The parameters of every Llama 3.1 and 3.2; the file holds only what follows from them. */
  private static final double LOW_FREQUENCY_FACTOR = 1;

  private static final double HIGH_FREQUENCY_FACTOR = 4;
  private static final int ORIGINAL_POSITIONS = 8192;
  private static final double FACTOR_TOLERANCE = 1e-3;

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final LlamaShape shape;

  LlamaConfig(GgufFile file, LlamaShape shape) {
    this.file = file;
    this.metadata = file.metadata();
    this.shape = shape;
  }

  ObjectNode config(DType dtype) {
    ObjectNode config = Json.mapper().createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config.put("attention_bias", file.find("blk.0.attn_q.bias").isPresent());
    config.put("attention_dropout", 0.0);
    id("bos").ifPresent(id -> config.put("bos_token_id", id));
    id("eos").ifPresent(id -> config.put("eos_token_id", id));
    config.put("head_dim", shape.headDim());
    config.put("hidden_act", "silu");
    config.put("hidden_size", shape.hidden());
    config.put("initializer_range", 0.02);
    config.put("intermediate_size", shape.intermediate());
    config.put("max_position_embeddings", metadata.requiredSize("llama.context_length"));
    config.put("mlp_bias", file.find("blk.0.ffn_up.bias").isPresent());
    config.put("model_type", "llama");
    config.put("num_attention_heads", shape.heads());
    config.put("num_hidden_layers", shape.layers());
    config.put("num_key_value_heads", shape.keyValueHeads());
    id("padding").ifPresent(id -> config.put("pad_token_id", id));
    config.put("pretraining_tp", 1);
    String epsilon = "llama.attention.layer_norm_rms_epsilon";
    config.put("rms_norm_eps", metadata.real(epsilon).orElseThrow(() -> metadata.missing(epsilon)));
    ropeScaling()
        .ifPresentOrElse(s -> config.set("rope_scaling", s), () -> config.putNull("rope_scaling"));
    config.put("rope_theta", ropeTheta());
    config.put("tie_word_embeddings", file.find(LlamaTensors.HEAD).isEmpty());
    config.put("torch_dtype", dtype.torchName());
    config.put("use_cache", true);
    config.put("vocab_size", shape.vocabulary());
    return config;
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

  private double ropeTheta() {
    return metadata.real("llama.rope.freq_base").orElse(10000);
  }

  private Optional<ObjectNode> ropeScaling() {
    Optional<GgufTensor> factors = file.find(LlamaTensors.ROPE_FACTORS);
    if (factors.isPresent()) {
      if (!factors.get().shape().equals(List.of(shape.headDim() / 2L))) {
        throw FtpipeException.pipeline(
            file.file()
                + ": tensor '"
                + LlamaTensors.ROPE_FACTORS
                + "' has the shape "
                + factors.get().shape()
                + ", expected "
                + List.of(shape.headDim() / 2));
      }
      return Optional.of(llama3Scaling(file.rows(factors.get(), 0, 1)));
    }
    String type = metadata.text("llama.rope.scaling.type").orElse("none");
    double factor = metadata.real("llama.rope.scaling.factor").orElse(1);
    if (type.equals("none") || factor == 1) {
      return Optional.empty();
    }
    if (!type.equals("linear")) {
      throw FtpipeException.pipeline(
          file.file()
              + ": rope scaling '"
              + type
              + "' is not supported; supported: linear, llama3");
    }
    ObjectNode scaling = Json.mapper().createObjectNode();
    return Optional.of(scaling.put("rope_type", "linear").put("factor", factor));
  }

  /**
   * The parameters behind the factors by which llama.cpp divides the rotary frequencies. They are
   * those of Llama 3.1 with the factor that the lowest frequency has; the factors are computed from
   * them again and compared.
   */
  private ObjectNode llama3Scaling(float[] factors) {
    double factor = factors[factors.length - 1];
    for (int i = 0; i < factors.length; i++) {
      double expected = llama3Factor(i, factors.length, factor);
      if (Math.abs(factors[i] - expected) > FACTOR_TOLERANCE * expected) {
        throw FtpipeException.pipeline(
            file.file()
                + ": tensor '"
                + LlamaTensors.ROPE_FACTORS
                + "' is not the rope scaling of Llama 3: factor "
                + i
                + " is "
                + factors[i]
                + ", expected "
                + expected);
      }
    }
    return Json.mapper()
        .createObjectNode()
        .put("factor", factor)
        .put("high_freq_factor", HIGH_FREQUENCY_FACTOR)
        .put("low_freq_factor", LOW_FREQUENCY_FACTOR)
        .put("original_max_position_embeddings", ORIGINAL_POSITIONS)
        .put("rope_type", "llama3");
  }

  private double llama3Factor(int index, int count, double factor) {
    double wavelength = 2 * Math.PI * Math.pow(ropeTheta(), (double) index / count);
    double turns = ORIGINAL_POSITIONS / wavelength;
    if (turns > HIGH_FREQUENCY_FACTOR) {
      return 1;
    }
    if (turns < LOW_FREQUENCY_FACTOR) {
      return factor;
    }
    double smooth = (turns - LOW_FREQUENCY_FACTOR) / (HIGH_FREQUENCY_FACTOR - LOW_FREQUENCY_FACTOR);
    return 1 / ((1 - smooth) / factor + smooth);
  }
}
