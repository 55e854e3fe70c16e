package dev.ftpipe.model.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.sft.TrainerOptions;
import dev.ftpipe.model.tensor.SafetensorsFile;
import dev.ftpipe.model.torch.Arguments;
import dev.ftpipe.model.torch.Torch;
import dev.ftpipe.model.torch.TorchScript;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against torch's AdamW and bitsandbytes' AdamW8bit on the same gradients. */
final class OptimizerTest {
  private static final String NAME = "a.lora_A.weight";

  @ParameterizedTest
  @CsvSource({
    "adamw_torch, adamw",
    "paged_adamw_32bit, adamw",
    "adamw_8bit, adamw8bit",
    "paged_adamw_8bit, adamw8bit"
  })
  void step_onGivenGradients_equalsPythons(String optim, String expected) throws IOException {
    try (Run run = new Run(optim, 0.1, NAME);
        SafetensorsFile numbers = numbers()) {
      for (int step = 1; step <= 6; step++) {
        run.step(numbers, step - 1);
        if (step == 1 || step == 2 || step == 6) {
          float[] wanted = numbers.floats(expected + ".step" + step);
          assertNear(run.values(NAME), wanted, expected.equals("adamw") ? 1e-6 : 0, step);
        }
      }
    }
  }

  @Test
  void step_in8Bits_keepsTheCodesOfBitsandbytes() throws IOException {
    try (Run run = new Run("adamw_8bit", 0.1, NAME);
        SafetensorsFile numbers = numbers()) {
      for (int step = 0; step < 6; step++) {
        run.step(numbers, step);
      }
      Map<String, NDArray> state = run.optimizer.state();
      for (String[] pair : new String[][] {{"exp_avg.", "state1"}, {"exp_avg_sq.", "state2"}}) {
        byte[] found = tensor(state, pair[0] + NAME).toByteArray();
        byte[] wanted = new byte[found.length];
        numbers.bytes("adamw8bit.state." + pair[1]).get(wanted);
        assertThat(found).isEqualTo(wanted);
      }
      assertThat(tensor(state, "absmax_avg." + NAME).toFloatArray())
          .isEqualTo(numbers.floats("adamw8bit.state.absmax1"));
      assertThat(tensor(state, "absmax_avg_sq." + NAME).toFloatArray())
          .isEqualTo(numbers.floats("adamw8bit.state.absmax2"));
    }
  }

  @ParameterizedTest
  @CsvSource({"adamw_torch", "paged_adamw_32bit", "adamw_8bit", "paged_adamw_8bit"})
  void restore_goesOnAsIfNeverStopped(String optim) throws IOException {
    try (Run whole = new Run(optim, 0.1, NAME);
        Run cut = new Run(optim, 0.1, NAME);
        SafetensorsFile numbers = numbers()) {
      for (int step = 0; step < 6; step++) {
        whole.step(numbers, step);
        cut.step(numbers, step);
        Map<String, NDArray> copies = new TreeMap<>();
        cut.optimizer.state().forEach((name, tensor) -> copies.put(name, tensor.duplicate()));
        cut.optimizer.restore(copies, step + 1);
      }
      assertThat(cut.values(NAME)).isEqualTo(whole.values(NAME));
    }
  }

  /** bitsandbytes keeps float32 moments of weights under 4,096 values; here all are such. */
  @Test
  void step_in8BitsWithSmallWeightsOnly_equalsFloatMoments() throws IOException {
    try (Run small = new Run("paged_adamw_8bit", 0.1, NAME, 64);
        Run floats = new Run("adamw_torch", 0.1, NAME, 64);
        SafetensorsFile numbers = numbers()) {
      for (int step = 0; step < 3; step++) {
        small.step(numbers, step);
        floats.step(numbers, step);
      }
      assertNear(small.values(NAME), floats.values(NAME), 1e-6, 3);
    }
  }

  /** Transformers' rule: every trained weight decays but biases and norms. */
  @ParameterizedTest
  @CsvSource({
    "a.lora_B.weight, true",
    "a.lora_magnitude_vector, true",
    "lm_head.weight, true",
    "a.bias, false",
    "a.input_layernorm.weight, false",
    "model.norm.weight, false"
  })
  void step_decaysAllButNormsAndBiases(String name, boolean decays) throws IOException {
    for (String optim : List.of("adamw_torch", "adamw_8bit")) {
      try (Run with = new Run(optim, 0.1, name);
          Run without = new Run(optim, 0, name);
          SafetensorsFile numbers = numbers()) {
        with.step(numbers, 0);
        without.step(numbers, 0);
        assertThat(Arrays.equals(with.values(name), without.values(name))).isNotEqualTo(decays);
      }
    }
  }

  private static SafetensorsFile numbers() throws IOException {
    return SafetensorsFile.open(Fixtures.qlora("optimizers.safetensors"));
  }

  private static NDArray tensor(Map<String, NDArray> tensors, String name) {
    NDArray tensor = tensors.get(name);
    assertThat(tensor).as(name).isNotNull();
    return java.util.Objects.requireNonNull(tensor);
  }

  private static void assertNear(float[] found, float[] wanted, double tolerance, int step) {
    assertThat(found).hasSameSizeAs(wanted);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i])
          .as("value %d after step %d", i, step)
          .isCloseTo(wanted[i], within(tolerance));
    }
  }

  /** One weight of the fixture under an optimizer. */
  private static final class Run implements AutoCloseable {
    private final Torch torch = Torch.open("cpu");
    private final TorchScript gradient =
        TorchScript.load(
            torch, "Gradient", List.of("/dev/ftpipe/model/train/gradient.py"), Map.of());
    private final Map<String, NDArray> weights = new TreeMap<>();
    private final Optimizer optimizer;

    Run(String optim, double decay, String name) throws IOException {
      this(optim, decay, name, Integer.MAX_VALUE);
    }

    /** Of the weight's first values, as many as {@code most}. */
    Run(String optim, double decay, String name, int most) throws IOException {
      TrainerOptions options =
          TestOptions.with(
                  """
                  {"trainer": {"optim": "%s", "max_grad_norm": 0, "weight_decay": %s}}
                  """
                      .formatted(optim, decay))
              .trainer();
      try (SafetensorsFile numbers = numbers()) {
        float[] whole = numbers.floats("initial");
        float[] initial = Arrays.copyOf(whole, Math.min(whole.length, most));
        NDArray weight = torch.manager().create(initial, new Shape(initial.length));
        weight.setRequiresGradient(true);
        weights.put(name, weight);
      }
      optimizer = Optimizer.of(torch, weights, Set.of(name), options);
    }

    void step(SafetensorsFile numbers, int step) {
      float[] all = numbers.floats("grads");
      int size = all.length / 6;
      float[] mine = Arrays.copyOfRange(all, step * size, (step + 1) * size);
      try (NDManager scope = torch.scope()) {
        for (NDArray weight : weights.values()) {
          float[] part = Arrays.copyOf(mine, (int) weight.size());
          gradient.one("set", new Arguments(scope).tensor(weight).tensor(scope.create(part)));
        }
      }
      optimizer.step(1e-2);
    }

    float[] values(String name) {
      return tensor(weights, name).toFloatArray();
    }

    @Override
    public void close() {
      optimizer.close();
      gradient.close();
      torch.close();
    }
  }
}
