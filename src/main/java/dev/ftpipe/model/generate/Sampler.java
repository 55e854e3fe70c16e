package dev.ftpipe.model.generate;

import dev.ftpipe.model.random.SplitMix64;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Chooses tokens of one prompt from logits. Draws are from a {@link SplitMix64} of the seed and the
 * prompt's number, so an answer does not depend on the prompts beside it.
 */
final class Sampler {
  private final SamplingOptions options;
  private final SplitMix64 random;

  Sampler(SamplingOptions options, int prompt) {
    this.options = options;
    this.random = SplitMix64.of(options.seed(), prompt);
  }

  /** Whether it takes the likeliest each time. */
  boolean isGreedy() {
    return options.temperature() == 0;
  }

  /** The next token from {@code logits[from .. from + size)}; of equal ones the lower id. */
  int next(float[] logits, int from, int size) {
    return isGreedy() ? likeliest(logits, from, size) : drawn(logits, from, size);
  }

  private static int likeliest(float[] logits, int from, int size) {
    int best = 0;
    for (int i = 1; i < size; i++) {
      if (logits[from + i] > logits[from + best]) {
        best = i;
      }
    }
    return best;
  }

  private int drawn(float[] logits, int from, int size) {
    int[] tokens =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparing((Integer token) -> -logits[from + token]))
            .mapToInt(token -> token)
            .limit(options.topK().orElse(size))
            .toArray();
    double[] weights = new double[tokens.length];
    double largest = logits[from + tokens[0]] / options.temperature();
    for (int i = 0; i < tokens.length; i++) {
      // StrictMath gives the same bits on every machine.
      weights[i] = StrictMath.exp(logits[from + tokens[i]] / options.temperature() - largest);
    }
    int kept = nucleus(weights);
    double point = random.nextDouble() * sum(weights, kept);
    for (int i = 0; i < kept - 1; i++) {
      point -= weights[i];
      if (point < 0) {
        return tokens[i];
      }
    }
    return tokens[kept - 1];
  }

  /** The number of likeliest tokens that reach {@code top_p}; at least one. */
  private int nucleus(double[] weights) {
    double limit = options.topP() * sum(weights, weights.length);
    double reached = 0;
    for (int i = 0; i < weights.length; i++) {
      reached += weights[i];
      if (reached >= limit) {
        return i + 1;
      }
    }
    return weights.length;
  }

  private static double sum(double[] weights, int count) {
    return Arrays.stream(weights, 0, count).reduce(0, Double::sum);
  }
}
