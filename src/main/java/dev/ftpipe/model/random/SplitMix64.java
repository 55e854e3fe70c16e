package dev.ftpipe.model.random;

/**
 * The generator of Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators":
 * a counter with step 0x9e3779b97f4a7c15 through the mixer of Stafford's variant 13. Not for
 * cryptography. Not thread-safe.
 */
public final class SplitMix64 {
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private long state;

  public SplitMix64(long seed) {
    state = seed;
  }

  /**
   * The generator of one part of a run, e.g. an epoch: seeded with the output {@code mix(seed) +
   * part} of a generator, so that neighbouring seeds and parts share nothing.
   */
  public static SplitMix64 of(long seed, long part) {
    return new SplitMix64(new SplitMix64(seed).nextLong() + part);
  }

  /** 64 random bits. */
  public long nextLong() {
    state += STEP;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** A number from 0 to {@code bound - 1}: the upper 32 bits times the bound, over 2^32. */
  public int nextInt(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** A number from 0 inclusive to 1 exclusive, a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** The numbers from 0 to {@code size - 1} in random order, by Fisher and Yates from the end. */
  public int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int i = size - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
