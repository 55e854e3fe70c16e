package dev.ftpipe.model.gguf;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.llama.LlamaConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tensors of a model in a GGUF file, with their names and shapes in a model folder. */
final class GgufTensors {
  static final String EMBEDDING = "token_embd.weight";
  static final String HEAD = "output.weight";

  /** The factors of Llama 3's rotary embedding; the import turns them into a configuration. */
  static final String ROPE_FACTORS = "rope_freqs.weight";

  private GgufTensors() {}

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
  static List<Mapping> of(GgufFile file, GgufShape shape) {
    if (shape.layers() > LlamaConfig.MOST_LAYERS) {
      throw FtpipeException.pipeline(
          file.file()
              + ": metadata '"
              + shape.key("block_count")
              + "' is "
              + shape.layers()
              + ", too many");
    }
    List<Mapping> mappings = new ArrayList<>();
    long hidden = shape.hidden();
    add(mappings, file, LlamaConfig.EMBEDDING, 0, shape.vocabulary(), hidden);
    add(mappings, file, LlamaConfig.NORM, 0, hidden);
    if (file.find(HEAD).isPresent()) {
      add(mappings, file, LlamaConfig.HEAD, 0, shape.vocabulary(), hidden);
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      addLayer(mappings, file, shape, layer);
    }
    refuseUnknown(mappings, file, shape.architecture().permuted());
    mappings.sort(Comparator.comparing(Mapping::name));
    return mappings;
  }

  private static void addLayer(List<Mapping> mappings, GgufFile file, GgufShape shape, int layer) {
    String prefix = "model.layers." + layer + ".";
    long hidden = shape.hidden();
    long ffn = shape.intermediate();
    long queries = (long) shape.heads() * shape.headDim();
    long keys = (long) shape.keyValueHeads() * shape.headDim();
    add(mappings, file, prefix + "input_layernorm.weight", 0, hidden);
    add(mappings, file, prefix + "post_attention_layernorm.weight", 0, hidden);
    if (shape.architecture().queryKeyNorm()) {
      add(mappings, file, prefix + "self_attn.q_norm.weight", 0, shape.headDim());
      add(mappings, file, prefix + "self_attn.k_norm.weight", 0, shape.headDim());
    }
    boolean bias = hasAttentionBias(file, shape);
    boolean outputBias = bias && !shape.architecture().queryKeyValueBias();
    boolean mlpBias = hasMlpBias(file, shape);
    for (Linear linear :
        List.of(
            new Linear("self_attn.q_proj", shape.heads(), queries, hidden, bias),
            new Linear("self_attn.k_proj", shape.keyValueHeads(), keys, hidden, bias),
            new Linear("self_attn.v_proj", 0, keys, hidden, bias),
            new Linear("self_attn.o_proj", 0, hidden, queries, outputBias),
            new Linear("mlp.gate_proj", 0, ffn, hidden, mlpBias),
            new Linear("mlp.up_proj", 0, ffn, hidden, mlpBias),
            new Linear("mlp.down_proj", 0, hidden, ffn, mlpBias))) {
      int heads = shape.architecture().permuted() ? linear.heads : 0;
      add(mappings, file, prefix + linear.name + ".weight", heads, linear.out, linear.in);
      if (linear.bias) {
        add(mappings, file, prefix + linear.name + ".bias", heads, linear.out);
      }
    }
  }

  /** A linear layer with a weight of {@code out} rows and {@code in} columns. */
  private record Linear(String name, int heads, long out, long in, boolean bias) {}

  /** Whether queries, keys and values have a bias; but for Qwen 2, the output has one then, too. */
  static boolean hasAttentionBias(GgufFile file, GgufShape shape) {
    return shape.architecture().queryKeyValueBias() || file.find("blk.0.attn_q.bias").isPresent();
  }

  /** Whether the layers of the MLP have a bias, which only Llama can have. */
  static boolean hasMlpBias(GgufFile file, GgufShape shape) {
    return shape.architecture() == GgufArchitecture.LLAMA
        && file.find("blk.0.ffn_up.bias").isPresent();
  }

  private static void add(
      List<Mapping> mappings, GgufFile file, String to, int heads, long... shape) {
    String from = TensorNames.inGguf(to);
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

  private static void refuseUnknown(List<Mapping> mappings, GgufFile file, boolean permuted) {
    Set<String> known = new HashSet<>(permuted ? Set.of(ROPE_FACTORS) : Set.of());
    mappings.forEach(mapping -> known.add(mapping.source().name()));
    Optional<GgufTensor> unknown =
        file.tensors().stream().filter(tensor -> !known.contains(tensor.name())).findFirst();
    if (unknown.isPresent()) {
      throw FtpipeException.pipeline(
          file.file()
              + ": tensor '"
              + unknown.get().name()
              + "' is not one that such a model has, so the model cannot be imported");
    }
  }

  static FtpipeException missing(GgufFile file, String tensor) {
    return FtpipeException.pipeline(file.file() + ": tensor '" + tensor + "' is missing");
  }
}
