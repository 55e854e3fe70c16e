package dev.ftpipe.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.ftpipe.model.Fixtures;
import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.torch.Torch;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Noise on embedded tokens (Jain et al. 2023): uniform up to alpha / √(length · hidden size). */
final class NeftuneTest {
  private static final int COLUMNS = 24;
  private static final int HIDDEN = 64;

  /**
   * For little noise the loss moves by gradient · noise, whose deviation is the norm of the
   * gradient times limit / √3. Every token is another, so that the gradient of the embedding table
   * is the gradient by each position.
   */
  @Test
  void noise_hasTheSizeOfThePaper() throws IOException {
    double alpha = 0.05;
    try (Torch torch = Torch.open("cpu");
        LlamaModel model = model(torch, alpha, true)) {
      double quiet = model.loss(tokens(), ids());
      double squares = 0;
      int runs = 200;
      for (int seed = 0; seed < runs; seed++) {
        squares += Math.pow(step(torch, model, 100L * seed) - quiet, 2);
      }
      double gradient = embeddingGradient(torch);
      double expected = gradient * alpha / Math.sqrt(COLUMNS * HIDDEN) / Math.sqrt(3);
      // The deviation of a deviation over 200 runs is 5 %.
      assertThat(Math.sqrt(squares / runs)).isCloseTo(expected, within(0.25 * expected));
      assertThat(model.loss(tokens(), ids())).as("evaluation has no noise").isEqualTo(quiet);
    }
  }

  @Test
  void noise_isThatOfItsSeed_withAndWithoutCheckpointing() throws IOException {
    try (Torch torch = Torch.open("cpu");
        LlamaModel one = model(torch, 5, true);
        LlamaModel other = model(torch, 5, false);
        LlamaModel none = model(torch, 0, true)) {
      double loss = step(torch, one, 7);
      assertThat(step(torch, one, 7)).isEqualTo(loss);
      assertThat(step(torch, other, 7)).isCloseTo(loss, within(1e-4));
      assertThat(step(torch, one, 8)).isNotCloseTo(loss, within(1e-3));
      assertThat(step(torch, none, 7)).isNotCloseTo(loss, within(1e-3));
    }
  }

  private static LlamaModel model(Torch torch, double alpha, boolean checkpointing)
      throws IOException {
    LlamaModel model =
        LlamaModel.load(
            torch,
            Fixtures.qlora("tiny-llama"),
            new LlamaOptions(WeightFormat.plain(DType.F32), DType.F32, checkpointing, 0, alpha));
    model.train(LlamaConfig.EMBEDDING);
    return model;
  }

  private static double step(Torch torch, LlamaModel model, long seed) {
    try (NDManager scope = torch.scope()) {
      return model.step(scope, tokens(), ids(), 1, seed).toFloatArray()[0];
    }
  }

  private static double embeddingGradient(Torch torch) throws IOException {
    try (LlamaModel model = model(torch, 0, true)) {
      step(torch, model, 0);
      double squares = 0;
      try (NDArray gradient = model.weight(LlamaConfig.EMBEDDING).getGradient()) {
        for (float value : gradient.toFloatArray()) {
          squares += (double) value * value;
        }
      }
      return Math.sqrt(squares);
    }
  }

  private static long[] ids() {
    long[] ids = new long[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      ids[i] = 300 + 7L * i;
    }
    return ids;
  }

  private static TokenBlock tokens() {
    long[] positions = new long[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      positions[i] = i;
    }
    return new TokenBlock(1, COLUMNS, ids(), positions, new long[COLUMNS]);
  }
}
