package dev.ftpipe.model.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.ftpipe.model.torch.Arguments;
import dev.ftpipe.model.torch.Torch;
import dev.ftpipe.model.torch.TorchScript;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A weight of more elements than 8-bit AdamW updates at once, beside its two parts. */
final class LargeWeightTest {
  private static final int AT_ONCE = 1 << 20;

  /** A last block that is short. */
  private static final int REST = 5000;

  @Test
  void step_in8Bits_isThatOfItsParts() {
    float[] initial = normal(1);
    float[] gradients = normal(2);
    Map<String, float[]> whole = steps(Map.of("a.weight", initial), Map.of("a.weight", gradients));
    Map<String, float[]> parts =
        steps(
            Map.of("a.weight", first(initial), "b.weight", rest(initial)),
            Map.of("a.weight", first(gradients), "b.weight", rest(gradients)));
    float[] moved = requireNonNull(whole.get("a.weight"));
    assertThat(moved).isNotEqualTo(initial);
    assertThat(first(moved)).isEqualTo(parts.get("a.weight"));
    assertThat(rest(moved)).isEqualTo(parts.get("b.weight"));
  }

  /** The weights after two steps. */
  private static Map<String, float[]> steps(
      Map<String, float[]> initial, Map<String, float[]> gradients) {
    var options =
        TestOptions.with(
                "{\"trainer\": {\"optim\": \"adamw_8bit\", \"max_grad_norm\": 0,"
                    + " \"weight_decay\": 0.1}}")
            .trainer();
    try (Torch torch = Torch.open("cpu");
        TorchScript gradient =
            TorchScript.load(
                torch, "Gradient", List.of("/dev/ftpipe/model/train/gradient.py"), Map.of())) {
      Map<String, NDArray> weights = new TreeMap<>();
      initial.forEach(
          (name, values) -> {
            NDArray weight = torch.manager().create(values, new Shape(values.length));
            weight.setRequiresGradient(true);
            weights.put(name, weight);
          });
      try (Optimizer optimizer = Optimizer.of(torch, weights, weights.keySet(), options)) {
        for (int step = 0; step < 2; step++) {
          try (NDManager scope = torch.scope()) {
            gradients.forEach(
                (name, values) ->
                    gradient.one(
                        "set",
                        new Arguments(scope)
                            .tensor(requireNonNull(weights.get(name)))
                            .tensor(scope.create(values))));
          }
          optimizer.step(1e-2);
        }
        Map<String, float[]> moved = new TreeMap<>();
        weights.forEach((name, weight) -> moved.put(name, weight.toFloatArray()));
        return moved;
      }
    }
  }

  private static float[] normal(long seed) {
    Random random = new Random(seed);
    float[] values = new float[AT_ONCE + REST];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] first(float[] values) {
    return Arrays.copyOf(values, AT_ONCE);
  }

  private static float[] rest(float[] values) {
    return Arrays.copyOfRange(values, AT_ONCE, values.length);
  }
}
