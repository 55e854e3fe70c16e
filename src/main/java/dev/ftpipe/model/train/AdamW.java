package dev.ftpipe.model.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.ftpipe.model.sft.TrainerOptions;
import dev.ftpipe.model.torch.Arguments;
import dev.ftpipe.model.torch.Torch;
import dev.ftpipe.model.torch.TorchScript;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * AdamW with clipping by the global norm, all in one call. Both moments are float32, on the device
 * of the weight or, paged, in host memory.
 */
final class AdamW implements Optimizer {
  static final String CLIP = "/dev/ftpipe/model/train/clip.py";

  private static final String SOURCE = "/dev/ftpipe/model/train/adamw.py";
  private static final String FIRST = "exp_avg";
  private static final String SECOND = "exp_avg_sq";

  private final NDManager manager;
  private final TorchScript script;
  private final Map<String, NDArray> weights;
  private final OptimizerState state;
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
            List.of(CLIP, SOURCE),
            Map.of(
                "beta1", options.adamBeta1(),
                "beta2", options.adamBeta2(),
                "eps", options.adamEpsilon(),
                "weight_decay", options.weightDecay(),
                "max_norm", options.maxGradNorm(),
                "paged", options.optim().paged()));
    this.state = new OptimizerState(torch, options);
    for (String name : trained) {
      Shape shape = weight(name).getShape();
      state.zeros(FIRST, name, shape, DataType.FLOAT32);
      state.zeros(SECOND, name, shape, DataType.FLOAT32);
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

  @Override
  public double step(double rate) {
    Map<String, NDArray> trained = new TreeMap<>();
    state.group(FIRST).keySet().forEach(name -> trained.put(name, weight(name)));
    try (NDManager scope = manager.newSubManager()) {
      Arguments arguments = new Arguments(scope).number(rate).tensor(count).dict("w", trained);
      arguments.dict("m", state.group(FIRST)).dict("v", state.group(SECOND));
      return script.one("step", arguments).toFloatArray()[0];
    }
  }

  @Override
  public SortedMap<String, NDArray> state() {
    return state.all();
  }

  @Override
  public void restore(Map<String, NDArray> tensors, int steps) {
    state.replace(tensors);
    count.close();
    count = manager.create((float) steps);
  }

  @Override
  public void close() {
    script.close();
    state.close();
    manager.close();
  }
}
