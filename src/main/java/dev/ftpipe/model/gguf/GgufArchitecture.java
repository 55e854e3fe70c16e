package dev.ftpipe.model.gguf;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The kinds of model that go from and to GGUF files; one row each, as {@code llama-arch.cpp} and
 * {@code convert_hf_to_gguf.py} of llama.cpp have them. Mistral is stored as a Llama there.
 */
enum GgufArchitecture {
  LLAMA("llama", "llama", "LlamaForCausalLM", true, false, false),
  QWEN2("qwen2", "qwen2", "Qwen2ForCausalLM", false, true, false),
  QWEN3("qwen3", "qwen3", "Qwen3ForCausalLM", false, false, true);

  /** The kind that Transformers has of its own and GGUF stores as a Llama with a window. */
  static final String MISTRAL = "mistral";

  private final String key;
  private final String modelType;
  private final String className;
  private final boolean permuted;
  private final boolean queryKeyValueBias;
  private final boolean queryKeyNorm;

  /**
   * A row.
   *
   * @param key its {@code general.architecture}, with which its metadata keys begin
   * @param modelType of {@code config.json}
   * @param className its class in Transformers
   * @param permuted whether the rows of queries and keys are in the order of llama.cpp, see {@link
   *     HeadOrder}
   * @param queryKeyValueBias whether queries, keys and values always have a bias
   * @param queryKeyNorm whether each head of queries and keys goes through a norm
   */
  GgufArchitecture(
      String key,
      String modelType,
      String className,
      boolean permuted,
      boolean queryKeyValueBias,
      boolean queryKeyNorm) {
    this.key = key;
    this.modelType = modelType;
    this.className = className;
    this.permuted = permuted;
    this.queryKeyValueBias = queryKeyValueBias;
    this.queryKeyNorm = queryKeyNorm;
  }

  /** The row of a {@code general.architecture}; empty when it is not supported. */
  static Optional<GgufArchitecture> ofKey(String key) {
    return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
  }

  /** The row of a {@code model_type}; empty when it is not supported. */
  static Optional<GgufArchitecture> ofModelType(String modelType) {
    return modelType.equals(MISTRAL)
        ? Optional.of(LLAMA)
        : Arrays.stream(values()).filter(each -> each.modelType.equals(modelType)).findFirst();
  }

  /** Every {@code general.architecture}, for messages. */
  static String supported() {
    return Arrays.stream(values()).map(each -> each.key).collect(Collectors.joining(", "));
  }

  String key() {
    return key;
  }

  String modelType() {
    return modelType;
  }

  String className() {
    return className;
  }

  boolean permuted() {
    return permuted;
  }

  boolean queryKeyValueBias() {
    return queryKeyValueBias;
  }

  boolean queryKeyNorm() {
    return queryKeyNorm;
  }
}
