package dev.ftpipe.model.gguf;

import dev.ftpipe.model.llama.LlamaConfig;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Transformers calls a weight and what llama.cpp calls it. */
final class TensorNames {
  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)\\.(\\w+)");

  private static final Map<String, String> MODULES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("input_layernorm", "attn_norm"),
              Map.entry("post_attention_layernorm", "ffn_norm"),
              Map.entry("self_attn.q_proj", "attn_q"),
              Map.entry("self_attn.k_proj", "attn_k"),
              Map.entry("self_attn.v_proj", "attn_v"),
              Map.entry("self_attn.o_proj", "attn_output"),
              Map.entry("self_attn.q_norm", "attn_q_norm"),
              Map.entry("self_attn.k_norm", "attn_k_norm"),
              Map.entry("mlp.gate_proj", "ffn_gate"),
              Map.entry("mlp.up_proj", "ffn_up"),
              Map.entry("mlp.down_proj", "ffn_down")));

  private TensorNames() {}

  /**
   * The name in a GGUF file.
   *
   * @param name of a weight of {@link LlamaConfig#weights}
   */
  static String inGguf(String name) {
    return switch (name) {
      case LlamaConfig.EMBEDDING -> GgufTensors.EMBEDDING;
      case LlamaConfig.NORM -> "output_norm.weight";
      case LlamaConfig.HEAD -> GgufTensors.HEAD;
      default -> ofLayer(name);
    };
  }

  private static String ofLayer(String name) {
    Matcher layer = LAYER.matcher(name);
    if (!layer.matches() || !MODULES.containsKey(layer.group(2))) {
      throw new IllegalArgumentException("no weight of a model: " + name);
    }
    return "blk." + layer.group(1) + "." + MODULES.get(layer.group(2)) + "." + layer.group(3);
  }

  /** Whether llama.cpp may store the rows of this weight in another order. */
  static boolean hasHeads(String name) {
    return name.contains(".self_attn.q_proj.") || name.contains(".self_attn.k_proj.");
  }
}
