package dev.ftpipe.model.gguf;

import dev.ftpipe.base.FtpipeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tensors of a Llama model: what llama.cpp calls them and what Transformers calls them. */
final class LlamaTensors {
  static final String EMBEDDING = "token_embd.weight";
  static final String HEAD = "output.weight";

  /** The factors of Llama 3's rotary embedding; the import turns them into a configuration. */
  static final String ROPE_FACTORS = "rope_freqs.weight";

  private static final int MAX_LAYERS = 10_000;

  private LlamaTensors() {}

  /**
   * One tensor to convert.
   *
   * @param name in the Hugging Face folder
   * @param permutedHeads heads whose rows llama.cpp reordered; 0 where it did not
   */
  record Mapping(GgufTensor source, String name, int permutedHeads) {}

  /**
   * Every tensor of the model, in the order of the new names, as the reference writer orders them.
   *
   * @throws FtpipeException when one is missing, has another shape, or is not known
   */
  static List<Mapping> of(GgufFile file, LlamaShape shape) {
    if (shape.layers() > MAX_LAYERS) {
      throw FtpipeException.pipeline(
          file.file() + ": metadata 'llama.block_count' is " + shape.layers() + ", too many");
    }
    List<Mapping> mappings = new ArrayList<>();
    long hidden = shape.hidden();
    add(mappings, file, EMBEDDING, "model.embed_tokens.weight", 0, shape.vocabulary(), hidden);
    add(mappings, file, "output_norm.weight", "model.norm.weight", 0, hidden);
    if (file.find(HEAD).isPresent()) {
      add(mappings, file, HEAD, "lm_head.weight", 0, shape.vocabulary(), hidden);
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      addLayer(mappings, file, shape, layer);
    }
    refuseUnknown(mappings, file);
    mappings.sort(Comparator.comparing(Mapping::name));
    return mappings;
  }

  private static void addLayer(List<Mapping> mappings, GgufFile file, LlamaShape shape, int layer) {
    String from = "blk." + layer + ".";
    String to = "model.layers." + layer + ".";
    long hidden = shape.hidden();
    long ffn = shape.intermediate();
    long queries = (long) shape.heads() * shape.headDim();
    long keys = (long) shape.keyValueHeads() * shape.headDim();
    add(mappings, file, from + "attn_norm.weight", to + "input_layernorm.weight", 0, hidden);
    add(
        mappings,
        file,
        from + "ffn_norm.weight",
        to + "post_attention_layernorm.weight",
        0,
        hidden);
    Map<String, Linear> linears =
        Map.of(
            "attn_q", new Linear("self_attn.q_proj", shape.heads(), queries, hidden),
            "attn_k", new Linear("self_attn.k_proj", shape.keyValueHeads(), keys, hidden),
            "attn_v", new Linear("self_attn.v_proj", 0, keys, hidden),
            "attn_output", new Linear("self_attn.o_proj", 0, hidden, queries),
            "ffn_gate", new Linear("mlp.gate_proj", 0, ffn, hidden),
            "ffn_up", new Linear("mlp.up_proj", 0, ffn, hidden),
            "ffn_down", new Linear("mlp.down_proj", 0, hidden, ffn));
    linears.forEach(
        (name, linear) -> {
          String weight = to + linear.name + ".weight";
          add(mappings, file, from + name + ".weight", weight, linear.heads, linear.out, linear.in);
          String bias = from + name + ".bias";
          if (file.find(bias).isPresent()) {
            add(mappings, file, bias, to + linear.name + ".bias", linear.heads, linear.out);
          }
        });
  }

  /** A linear layer with a weight of {@code out} rows and {@code in} columns. */
  private record Linear(String name, int heads, long out, long in) {}

  private static void add(
      List<Mapping> mappings, GgufFile file, String from, String to, int heads, long... shape) {
    GgufTensor tensor = file.find(from).orElseThrow(() -> missing(file, from));
    List<Long> expected = new ArrayList<>();
    for (long size : shape) {
      expected.add(size);
    }
    if (!tensor.shape().equals(expected)) {
      throw FtpipeException.pipeline(
          file.file()
              + ": tensor '"
              + from
              + "' has the shape "
              + tensor.shape()
              + ", expected "
              + expected
              + " from the metadata");
    }
    mappings.add(new Mapping(tensor, to, heads));
  }

  private static void refuseUnknown(List<Mapping> mappings, GgufFile file) {
    Set<String> known = new HashSet<>(Set.of(ROPE_FACTORS));
    mappings.forEach(mapping -> known.add(mapping.source().name()));
    Optional<GgufTensor> unknown =
        file.tensors().stream().filter(tensor -> !known.contains(tensor.name())).findFirst();
    if (unknown.isPresent()) {
      throw FtpipeException.pipeline(
          file.file()
              + ": tensor '"
              + unknown.get().name()
              + "' is not one that a Llama model has, so the model cannot be imported as one");
    }
  }

  static FtpipeException missing(GgufFile file, String tensor) {
    return FtpipeException.pipeline(file.file() + ": tensor '" + tensor + "' is missing");
  }
}
