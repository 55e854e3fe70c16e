package dev.ftpipe.model.sft;

import dev.ftpipe.model.random.SplitMix64;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The order in which an epoch goes through the rows. */
sealed interface RowOrder {
  /** The numbers of the rows in the order of an epoch, which counts from 0. */
  int[] of(int epoch);

  /** The same every epoch. */
  record AsGiven(int size) implements RowOrder {
    @Override
    public int[] of(int epoch) {
      return IntStream.range(0, size).toArray();
    }
  }

  /** Another permutation every epoch. */
  record Shuffled(int size, long seed) implements RowOrder {
    @Override
    public int[] of(int epoch) {
      return SplitMix64.of(seed, epoch).permutation(size);
    }
  }

  /**
   * Batches of rows of similar length, as Transformers' {@code get_length_grouped_indices}: a
   * permutation is cut into mega-batches of up to 50 batches, each sorted by length, longest first;
   * the longest row of all comes first, so that running out of memory shows at once.
   */
  // Identity is enough: orders are never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record GroupedByLength(int[] lengths, int batchSize, long seed) implements RowOrder {
    private static final int MOST_BATCHES = 50;

    @Override
    public int[] of(int epoch) {
      int[] order = SplitMix64.of(seed, epoch).permutation(lengths.length);
      int batches = Math.max(1, Math.min(lengths.length / (batchSize * 4), MOST_BATCHES));
      int size = batches * batchSize;
      int longest = 0;
      for (int from = 0; from < order.length; from += size) {
        sort(order, from, Math.min(from + size, order.length));
        if (lengths[order[from]] > lengths[order[longest]]) {
          longest = from;
        }
      }
      int first = order[0];
      order[0] = order[longest];
      order[longest] = first;
      return order;
    }

    private void sort(int[] order, int from, int to) {
      int[] sorted =
          Arrays.stream(order, from, to)
              .boxed()
              .sorted(Comparator.comparingInt((Integer row) -> -lengths[row]))
              .mapToInt(row -> row)
              .toArray();
      System.arraycopy(sorted, 0, order, from, sorted.length);
    }
  }
}
