package dev.ftpipe.model.generate;

import java.util.OptionalInt;

/**
 * How the next token is chosen; the names of Transformers.
 *
 * @param temperature 0 takes the likeliest; else logits are divided by it
 * @param topK only this many likeliest tokens are drawn from, when given
 * @param topP only the likeliest tokens whose probabilities reach this sum are drawn from; 1 is all
 */
public record SamplingOptions(
    int maxNewTokens, double temperature, OptionalInt topK, double topP, long seed) {
  /** The likeliest token each time. */
  public static SamplingOptions greedy(int maxNewTokens) {
    return new SamplingOptions(maxNewTokens, 0, OptionalInt.empty(), 1, 0);
  }
}
