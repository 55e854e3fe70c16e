package dev.ftpipe.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class SamplerTest {
  private static final int DRAWS = 20_000;

  /** Two rows; probabilities of the second: 0.1, 0.2, 0.3, 0.4. */
  private static final float[] LOGITS = {
    9,
    0,
    0,
    0,
    (float) Math.log(0.1),
    (float) Math.log(0.2),
    (float) Math.log(0.3),
    (float) Math.log(0.4)
  };

  private static double[] shares(double temperature, OptionalInt topK, double topP) {
    Sampler sampler = new Sampler(new SamplingOptions(1, temperature, topK, topP, 7), 0);
    double[] shares = new double[4];
    for (int i = 0; i < DRAWS; i++) {
      shares[sampler.next(LOGITS, 4, 4)] += 1.0 / DRAWS;
    }
    return shares;
  }

  private static void check(double[] shares, double... expected) {
    assertThat(shares).containsExactly(expected, within(0.015));
  }

  @Test
  void next_drawsByProbability() {
    check(shares(1, OptionalInt.empty(), 1), 0.1, 0.2, 0.3, 0.4);
  }

  @Test
  void next_sharpensByTemperature() {
    check(shares(0.5, OptionalInt.empty(), 1), 1 / 30.0, 4 / 30.0, 9 / 30.0, 16 / 30.0);
  }

  @Test
  void next_keepsTheTopTokens() {
    check(shares(1, OptionalInt.of(2), 1), 0, 0, 3 / 7.0, 4 / 7.0);
    check(shares(1, OptionalInt.empty(), 0.65), 0, 0, 3 / 7.0, 4 / 7.0);
    check(shares(1, OptionalInt.empty(), 0.75), 0, 2 / 9.0, 3 / 9.0, 4 / 9.0);
  }

  @Test
  void next_atTemperatureZero_takesTheLikeliestAndOfEqualOnesTheFirst() {
    Sampler sampler = new Sampler(SamplingOptions.greedy(1), 0);
    assertThat(sampler.next(LOGITS, 4, 4)).isEqualTo(3);
    assertThat(sampler.next(new float[] {1, 2, 2}, 0, 3)).isEqualTo(1);
  }
}
