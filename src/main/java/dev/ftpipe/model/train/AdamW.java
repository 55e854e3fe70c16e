package dev.ftpipe.model.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.ftpipe.model.sft.TrainerOptions;
import dev.ftpipe.model.torch.Arguments;
import dev.ftpipe.model.torch.Torch;
import dev.ftpipe.model.torch.TorchScript;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * AdamW with clipping by the global norm, all in one call. Both moments are float32 on the device
 * of the weight.
 */
final class AdamW implements AutoCloseable {
  private static final String SOURCE = "/dev/ftpipe/model/train/adamw.py";

  private final NDManager manager;
  private final TorchScript script;
  private final Map<String, NDArray> weights;
  private final Map<String, NDArray> first = new TreeMap<>();
  private final Map<String, NDArray> second = new TreeMap<>();
  private NDArray count;

  /**
   * An optimizer that has made no step.
   *
   * @param weights all weights of the model
   * @param trained the names of those to update
   */
  AdamW(
      Torch torch,
      Map<String, NDArray> weights,
      Collection<String> trained,
      TrainerOptions options) {
    this.manager = torch.scope();
    this.weights = weights;
    this.script =
        TorchScript.load(
            torch,
            "AdamW",
            List.of(SOURCE),
            Map.of(
                "beta1", options.adamBeta1(),
                "beta2", options.adamBeta2(),
                "eps", options.adamEpsilon(),
                "weight_decay", options.weightDecay(),
                "max_norm", options.maxGradNorm()));
    for (String name : trained) {
      Shape shape = weight(name).getShape();
      first.put(name, manager.zeros(shape));
      second.put(name, manager.zeros(shape));
    }
    this.count = manager.zeros(new Shape());
  }

  private NDArray weight(String name) {
    NDArray weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("no weight " + name);
    }
    return weight;
  }

  /**
   * Updates the weights by their gradients, and clears those.
   *
   * @param rate the learning rate of this step
   * @return the global norm of the gradients before clipping
   */
  double step(double rate) {
    Map<String, NDArray> trained = new TreeMap<>();
    first.keySet().forEach(name -> trained.put(name, weight(name)));
    try (NDManager scope = manager.newSubManager()) {
      Arguments arguments = new Arguments(scope).number(rate).tensor(count);
      arguments.dict("w", trained).dict("m", first).dict("v", second);
      return script.one("step", arguments).toFloatArray()[0];
    }
  }

  /** The moving averages of the gradients, by weight. */
  Map<String, NDArray> first() {
    return first;
  }

  /** The moving averages of the squared gradients, by weight. */
  Map<String, NDArray> second() {
    return second;
  }

  /**
   * Takes up the state of a checkpoint, which it owns from then on.
   *
   * @param steps made so far
   */
  void restore(Map<String, NDArray> firstMoments, Map<String, NDArray> secondMoments, int steps) {
    replace(first, firstMoments);
    replace(second, secondMoments);
    count.close();
    count = manager.create((float) steps);
  }

  private void replace(Map<String, NDArray> moments, Map<String, NDArray> by) {
    if (!by.keySet().equals(moments.keySet())) {
      throw new IllegalArgumentException("the state is of other weights");
    }
    by.forEach(
        (name, tensor) -> {
          tensor.attach(manager);
          NDArray before = moments.put(name, tensor);
          if (before != null) {
            before.close();
          }
        });
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
