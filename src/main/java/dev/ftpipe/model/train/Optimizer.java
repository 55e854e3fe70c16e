package dev.ftpipe.model.train;

import ai.djl.ndarray.NDArray;
import dev.ftpipe.model.sft.TrainerOptions;
import dev.ftpipe.model.torch.Torch;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;

/** Clips the gradients of the trained weights by their global norm and updates the weights. */
interface Optimizer extends AutoCloseable {
  /**
   * The optimizer that {@code optim} names, before its first step.
   *
   * @param weights all weights of the model
   * @param trained the names of those to update
   */
  static Optimizer of(
      Torch torch,
      Map<String, NDArray> weights,
      Collection<String> trained,
      TrainerOptions options) {
    return switch (options.optim()) {
      case ADAMW_TORCH, PAGED_ADAMW_32BIT -> new AdamW(torch, weights, trained, options);
      case ADAMW_8BIT, PAGED_ADAMW_8BIT -> new AdamW8bit(torch, weights, trained, options);
    };
  }

  /**
   * Updates the weights by their gradients, and clears those.
   *
   * @param rate the learning rate of this step
   * @return the global norm of the gradients before clipping
   */
  double step(double rate);

  /** The live tensors of the state by name, float32 or bytes. */
  SortedMap<String, NDArray> state();

  /**
   * Takes up the state of a checkpoint, which it owns from then on.
   *
   * @param tensors as {@link #state} names them
   * @param steps made so far
   */
  void restore(Map<String, NDArray> tensors, int steps);

  @Override
  void close();
}
