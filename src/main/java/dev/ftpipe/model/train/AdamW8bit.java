package dev.ftpipe.model.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.ftpipe.model.quant.DynamicMap;
import dev.ftpipe.model.quant.Nf4;
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
 * AdamW with clipping by the global norm, whose moments are kept in 8 bits: a byte and 1/64 a value
 * in place of four. Weights of fewer than 4,096 values keep float32 moments, as in bitsandbytes.
 */
final class AdamW8bit implements Optimizer {
  private static final String SOURCE = "/dev/ftpipe/model/train/adamw8bit.py";
  private static final long SMALLEST = 4096;
  private static final long BLOCK = 256;
  private static final String FIRST = "exp_avg";
  private static final String SECOND = "exp_avg_sq";
  private static final String FIRST_ABSMAX = "absmax_avg";
  private static final String SECOND_ABSMAX = "absmax_avg_sq";

  private final NDManager manager;
  private final TorchScript script;
  private final SortedMap<String, NDArray> weights = new TreeMap<>();
  private final Map<String, NDArray> all;
  private final OptimizerState state;
  private final NDArray signed;
  private final NDArray unsigned;
  private final double beta1;
  private final double beta2;
  private int steps;

  /**
   * An optimizer that has made no step.
   *
   * @param weights all weights of the model
   * @param trained the names of those to update
   */
  AdamW8bit(
      Torch torch,
      Map<String, NDArray> weights,
      Collection<String> trained,
      TrainerOptions options) {
    this.manager = torch.scope();
    this.all = weights;
    this.beta1 = options.adamBeta1();
    this.beta2 = options.adamBeta2();
    this.script =
        TorchScript.load(
            torch,
            "AdamW8bit",
            List.of(Nf4.SOURCE, AdamW.CLIP, SOURCE),
            Map.of(
                "beta1", beta1,
                "beta2", beta2,
                "eps", options.adamEpsilon(),
                "weight_decay", options.weightDecay(),
                "max_norm", options.maxGradNorm()));
    this.state = new OptimizerState(torch, options);
    this.signed = manager.create(DynamicMap.signed());
    this.unsigned = manager.create(DynamicMap.unsigned());
    trained.forEach(this::add);
  }

  private void add(String name) {
    NDArray weight = all.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("no weight " + name);
    }
    Shape size = new Shape(weight.size());
    boolean small = weight.size() < SMALLEST;
    DataType type = small ? DataType.FLOAT32 : DataType.UINT8;
    state.zeros(FIRST, name, size, type);
    state.zeros(SECOND, name, size, type);
    if (!small) {
      Shape blocks = new Shape((weight.size() + BLOCK - 1) / BLOCK);
      state.zeros(FIRST_ABSMAX, name, blocks, DataType.FLOAT32);
      state.zeros(SECOND_ABSMAX, name, blocks, DataType.FLOAT32);
    }
    weights.put(name, weight);
  }

  @Override
  public double step(double rate) {
    steps++;
    // A checkpoint that was taken up has put other tensors in the place of the weights.
    weights.replaceAll((name, before) -> all.getOrDefault(name, before));
    try (NDManager scope = manager.newSubManager()) {
      Arguments arguments =
          new Arguments(scope)
              .numbers(
                  rate,
                  1 - StrictMath.pow(beta1, steps),
                  StrictMath.sqrt(1 - StrictMath.pow(beta2, steps)))
              .tensor(signed)
              .tensor(unsigned)
              .dict("w", weights)
              .dict("m", state.group(FIRST))
              .dict("v", state.group(SECOND))
              .dict("ma", absmax(scope, FIRST_ABSMAX))
              .dict("va", absmax(scope, SECOND_ABSMAX));
      return script.one("step", arguments).toFloatArray()[0];
    }
  }

  /** Where every weight is small there are none, but a script takes no dict of nothing. */
  private Map<String, NDArray> absmax(NDManager scope, String group) {
    Map<String, NDArray> tensors = state.group(group);
    return tensors.isEmpty() ? Map.of("none", scope.zeros(new Shape(1))) : tensors;
  }

  @Override
  public SortedMap<String, NDArray> state() {
    return state.all();
  }

  @Override
  public void restore(Map<String, NDArray> tensors, int done) {
    state.replace(tensors);
    steps = done;
  }

  @Override
  public void close() {
    script.close();
    state.close();
    manager.close();
  }
}
