package dev.ftpipe.model.llama;

import dev.ftpipe.model.tensor.DType;

/**
 * How a model is computed.
 *
 * @param weights how the weights are held
 * @param compute the type of matrix products: float32 or bfloat16
 * @param checkpointing whether a training step keeps each layer's input only and computes the layer
 *     again: less memory, a quarter to a third slower
 * @param loraDropout the probability that an input of an adapter is dropped in training
 * @param neftuneAlpha the noise on embedded tokens in training is uniform up to alpha / √(length of
 *     a row · hidden size); 0 is none
 */
public record LlamaOptions(
    WeightFormat weights,
    DType compute,
    boolean checkpointing,
    double loraDropout,
    double neftuneAlpha) {
  /** Without noise on the embedded tokens. */
  public LlamaOptions(
      WeightFormat weights, DType compute, boolean checkpointing, double loraDropout) {
    this(weights, compute, checkpointing, loraDropout, 0);
  }

  /** For logits and generation: all weights in the compute type. */
  public static LlamaOptions inference(DType compute) {
    return new LlamaOptions(WeightFormat.plain(compute), compute, false, 0);
  }
}
