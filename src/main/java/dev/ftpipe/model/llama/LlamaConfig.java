package dev.ftpipe.model.llama;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.TensorInfo;
import dev.ftpipe.model.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shape of a model of the Llama family.
 *
 * @param feedForward width between the two halves of a layer's MLP ({@code intermediate_size})
 * @param keyValueHeads heads of keys and values; {@code heads} is a multiple of it
 * @param epsilon added to the mean square of a norm
 * @param attentionBias whether queries, keys and values have a bias
 * @param outputBias whether the attention's output has one
 * @param mlpBias whether the three layers of the MLP have one
 * @param queryKeyNorm whether each head of queries and keys goes through a norm
 * @param window the sliding window of attention, where there is one
 * @param tied whether the output head is the embedding
 * @param contextLength positions the model was made for
 * @param dtype the type its weights are stored in
 */
public record LlamaConfig(
    int vocabulary,
    int hidden,
    int feedForward,
    int layers,
    int heads,
    int keyValueHeads,
    int headDim,
    double epsilon,
    Rope rope,
    boolean attentionBias,
    boolean outputBias,
    boolean mlpBias,
    boolean queryKeyNorm,
    Optional<SlidingWindow> window,
    boolean tied,
    int contextLength,
    DType dtype) {
  public static final String EMBEDDING = "model.embed_tokens.weight";
  public static final String NORM = "model.norm.weight";
  public static final String HEAD = "lm_head.weight";

  /** A hundred times what there is: the names of more are already too much to hold. */
  public static final int MOST_LAYERS = 10_000;

  /**
   * Reads {@code config.json} of a model folder, in the hub's usual keys or those of Transformers
   * 5.
   *
   * @throws FtpipeException when it is missing or malformed, or describes a model that is not
   *     supported; names what was found and what is supported
   */
  public static LlamaConfig read(Path folder) throws IOException {
    return LlamaConfigReader.read(folder.resolve("config.json"));
  }

  /** The linear layers of one transformer layer with {@code [outputs, inputs]}, in model order. */
  private Map<String, List<Long>> layerModules() {
    long q = (long) heads * headDim;
    long kv = (long) keyValueHeads * headDim;
    long d = hidden;
    long f = feedForward;
    Map<String, List<Long>> modules = new LinkedHashMap<>();
    modules.put("self_attn.q_proj", List.of(q, d));
    modules.put("self_attn.k_proj", List.of(kv, d));
    modules.put("self_attn.v_proj", List.of(kv, d));
    modules.put("self_attn.o_proj", List.of(d, q));
    modules.put("mlp.gate_proj", List.of(f, d));
    modules.put("mlp.up_proj", List.of(f, d));
    modules.put("mlp.down_proj", List.of(d, f));
    return modules;
  }

  /**
   * Every linear layer but the output head, by its full name, with {@code [outputs, inputs]}: those
   * that are quantized and can have an adapter.
   */
  public Map<String, List<Long>> linearModules() {
    Map<String, List<Long>> modules = new LinkedHashMap<>();
    for (int i = 0; i < layers; i++) {
      String layer = "model.layers." + i + ".";
      layerModules().forEach((name, shape) -> modules.put(layer + name, shape));
    }
    return modules;
  }

  /** Every weight with its shape, by the names of a checkpoint. */
  public Map<String, List<Long>> weights() {
    List<Long> vector = List.of((long) hidden);
    List<Long> table = List.of((long) vocabulary, (long) hidden);
    Map<String, List<Long>> weights = new LinkedHashMap<>();
    weights.put(EMBEDDING, table);
    for (int i = 0; i < layers; i++) {
      String layer = "model.layers." + i + ".";
      weights.put(layer + "input_layernorm.weight", vector);
      layerModules()
          .forEach(
              (name, shape) -> {
                weights.put(layer + name + ".weight", shape);
                if (hasBias(name)) {
                  weights.put(layer + name + ".bias", shape.subList(0, 1));
                }
              });
      if (queryKeyNorm) {
        weights.put(layer + "self_attn.q_norm.weight", List.of((long) headDim));
        weights.put(layer + "self_attn.k_norm.weight", List.of((long) headDim));
      }
      weights.put(layer + "post_attention_layernorm.weight", vector);
    }
    weights.put(NORM, vector);
    if (!tied) {
      weights.put(HEAD, table);
    }
    return weights;
  }

  /**
   * Checks that a checkpoint has every weight, in its shape and as floating-point numbers.
   *
   * @throws FtpipeException that names the first that it has not
   */
  public void checkWeights(TensorSource checkpoint) {
    weights()
        .forEach(
            (name, shape) -> {
              TensorInfo info = checkpoint.info(name);
              if (!info.dtype().isFloat()) {
                throw FtpipeException.pipeline(
                    "%s: tensor '%s' is %s; expected a floating-point type"
                        .formatted(checkpoint.origin(), name, info.dtype().torchName()));
              }
              if (!info.shape().equals(shape)) {
                throw FtpipeException.pipeline(
                    "%s: tensor '%s' has shape %s; expected %s by config.json: they belong to different models"
                        .formatted(checkpoint.origin(), name, info.shape(), shape));
              }
            });
  }

  private boolean hasBias(String module) {
    return switch (module) {
      case "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj" -> attentionBias;
      case "self_attn.o_proj" -> outputBias;
      default -> mlpBias;
    };
  }

  /** What cannot be a model, each a sentence without its subject. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    Map.of(
            "vocab_size", vocabulary,
            "hidden_size", hidden,
            "intermediate_size", feedForward,
            "num_hidden_layers", layers,
            "num_attention_heads", heads,
            "num_key_value_heads", keyValueHeads,
            "head_dim", headDim)
        .forEach(
            (name, value) -> {
              if (value < 1) {
                problems.add(name + " is " + value + "; it must be 1 or more");
              }
            });
    if (layers > MOST_LAYERS) {
      problems.add("num_hidden_layers is " + layers + "; at most " + MOST_LAYERS + " are possible");
    }
    if (!(epsilon >= 0 && epsilon < 1)) {
      problems.add("rms_norm_eps is " + epsilon + "; it must be a small number from 0");
    }
    if (contextLength < 1) {
      problems.add("max_position_embeddings is " + contextLength + "; it must be 1 or more");
    }
    if (keyValueHeads > 0 && heads % keyValueHeads != 0) {
      problems.add(
          "num_attention_heads is %d, not a multiple of num_key_value_heads, %d"
              .formatted(heads, keyValueHeads));
    }
    if (headDim % 2 != 0) {
      problems.add("head_dim is " + headDim + "; rotary embedding needs an even one");
    }
    return problems;
  }
}
