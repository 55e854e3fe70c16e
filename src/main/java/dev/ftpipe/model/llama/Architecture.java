package dev.ftpipe.model.llama;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the supported kinds of model differ in; one row each. Everything else is Llama's. Defaults
 * are those of Transformers' configuration classes.
 */
enum Architecture {
  LLAMA("llama", Biases.BY_KEY, Window.NONE, false, 0, 0),
  MISTRAL("mistral", Biases.NONE, Window.ALWAYS, false, 8, 0),
  QWEN2("qwen2", Biases.QUERY_KEY_VALUE, Window.BY_KEY, false, 32, 0),
  QWEN3("qwen3", Biases.BY_KEY, Window.BY_KEY, true, 32, 128);

  /** Which linear layers of attention have a bias. */
  enum Biases {
    NONE,
    QUERY_KEY_VALUE,
    /** All four where {@code attention_bias} says so. */
    BY_KEY
  }

  /** Where attention looks back no further than {@code sliding_window} positions. */
  enum Window {
    NONE,
    /** In every layer, unless it is null. */
    ALWAYS,
    /** From layer {@code max_window_layers} on where {@code use_sliding_window} says so. */
    BY_KEY
  }

  private final String modelType;
  private final Biases biases;
  private final Window window;
  private final boolean queryKeyNorm;
  private final int keyValueHeads;
  private final int headDim;

  /**
   * A row.
   *
   * @param queryKeyNorm whether queries and keys go through a norm of their own before they turn
   * @param keyValueHeads where the key is missing; 0: as many as heads
   * @param headDim where the key is missing; 0: hidden size over heads
   */
  Architecture(
      String modelType,
      Biases biases,
      Window window,
      boolean queryKeyNorm,
      int keyValueHeads,
      int headDim) {
    this.modelType = modelType;
    this.biases = biases;
    this.window = window;
    this.queryKeyNorm = queryKeyNorm;
    this.keyValueHeads = keyValueHeads;
    this.headDim = headDim;
  }

  /** The row of a {@code model_type}; empty when it is not supported. */
  static Optional<Architecture> of(String modelType) {
    return Arrays.stream(values()).filter(each -> each.modelType.equals(modelType)).findFirst();
  }

  /** Every {@code model_type} that is supported, for messages. */
  static String supported() {
    return Arrays.stream(values()).map(each -> each.modelType).collect(Collectors.joining(", "));
  }

  Biases biases() {
    return biases;
  }

  Window window() {
    return window;
  }

  boolean queryKeyNorm() {
    return queryKeyNorm;
  }

  int keyValueHeads(int heads) {
    return keyValueHeads > 0 ? keyValueHeads : heads;
  }

  int headDim(int hidden, int heads) {
    return headDim > 0 || heads <= 0 ? headDim : hidden / heads;
  }
}
