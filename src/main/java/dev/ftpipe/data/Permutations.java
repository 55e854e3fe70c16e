package dev.ftpipe.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import org.apache.commons.rng.core.RandomProviderDefaultState;
import org.apache.commons.rng.core.source32.MersenneTwister;

/**
 * The seeded orders of the tools that data pipelines were written with, so that a pipeline that
 * moves here keeps its data.
 */
public final class Permutations {
  private static final long MAX_NUMPY_SEED = 0xFFFF_FFFFL;

  private static final int STATE_WORDS = 624;

  private Permutations() {}

  /**
   * The indices 0 to {@code size - 1} as {@code random.Random(seed).shuffle} of CPython 3 leaves
   * them.
   */
  public static int[] python(long seed, int size) {
    // random_seed() of CPython's _randommodule.c: the words of |seed|, the lowest first.
    long magnitude = Math.abs(seed);
    int low = (int) magnitude;
    int high = (int) (magnitude >>> Integer.SIZE);
    var words = new MersenneTwister(high == 0 ? new int[] {low} : new int[] {low, high});
    return shuffled(size, last -> belowInPython(words::nextInt, last + 1));
  }

  /**
   * The indices 0 to {@code size - 1} in the order of {@code numpy.random.RandomState(seed)
   * .permutation(size)}, which is that of pandas' {@code sample(frac=1, random_state=seed)}.
   *
   * @param seed 0 to 2^32 - 1
   */
  public static int[] numpy(long seed, int size) {
    if (!numpySeedProblem("seed", seed).isEmpty()) {
      throw new IllegalArgumentException("seed out of range: " + seed);
    }
    MersenneTwister words = seededByInteger((int) seed);
    return shuffled(size, last -> upToInNumpy(words::nextInt, last));
  }

  /**
   * The generator after {@code init_genrand} of Matsumoto and Nishimura's mt19937ar.c. The library
   * seeds by array only, so its saved state is overwritten: 624 words, then the position.
   */
  private static MersenneTwister seededByInteger(int seed) {
    MersenneTwister words = new MersenneTwister(new int[] {seed});
    byte[] state = ((RandomProviderDefaultState) words.saveState()).getState();
    ByteBuffer out = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
    int word = seed;
    for (int i = 0; i < STATE_WORDS; i++) {
      word = i == 0 ? seed : 1812433253 * (word ^ (word >>> 30)) + i;
      out.putInt(word);
    }
    words.restoreState(new RandomProviderDefaultState(state));
    return words;
  }

  /** What is wrong with a seed for {@link #numpy}, in a sentence; nothing when it is good. */
  public static List<String> numpySeedProblem(String parameter, long seed) {
    return seed < 0 || seed > MAX_NUMPY_SEED
        ? List.of(parameter + " must be from 0 to " + MAX_NUMPY_SEED + ", as numpy has it: " + seed)
        : List.of();
  }

  /** Fisher and Yates from the end; {@code draw} gives a number from 0 to its argument. */
  private static int[] shuffled(int size, IntUnaryOperator draw) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int i = size - 1; i > 0; i--) {
      int j = draw.applyAsInt(i);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /** {@code Random._randbelow_with_getrandbits}: the highest bits, drawn again until below. */
  private static int belowInPython(IntSupplier words, int bound) {
    int shift = Integer.numberOfLeadingZeros(bound);
    int drawn = words.getAsInt() >>> shift;
    while (drawn >= bound) {
      drawn = words.getAsInt() >>> shift;
    }
    return drawn;
  }

  /** {@code random_interval} of numpy's legacy generator: the lowest bits, drawn again. */
  private static int upToInNumpy(IntSupplier words, int max) {
    int mask = -1 >>> Integer.numberOfLeadingZeros(max);
    int drawn = words.getAsInt() & mask;
    while (drawn > max) {
      drawn = words.getAsInt() & mask;
    }
    return drawn;
  }
}
