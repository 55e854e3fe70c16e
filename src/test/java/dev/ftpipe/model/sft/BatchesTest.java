package dev.ftpipe.model.sft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BatchesTest {
  private static final SftOptions SHUFFLED = options(false, false, true);

  private static SftOptions options(boolean packing, boolean groupByLength, boolean shuffle) {
    return new SftOptions(
        10, packing, true, Optional.empty(), groupByLength, Optional.empty(), shuffle);
  }

  /** An example whose tokens are all {@code id}. */
  private static Example example(int id, int length) {
    long[] ids = new long[length];
    Arrays.fill(ids, id);
    return new Example(ids, ids.clone());
  }

  private static List<Example> examples(int... lengths) {
    return IntStream.range(0, lengths.length).mapToObj(i -> example(i + 1, lengths[i])).toList();
  }

  private static int[] flat(List<int[]> batches) {
    return batches.stream().flatMapToInt(Arrays::stream).toArray();
  }

  @Test
  void epoch_isAPermutationOfItsOwn() {
    var batches = Batches.forTraining(examples(new int[23]), SHUFFLED, 4, 42);
    assertThat(batches.microBatchesPerEpoch()).isEqualTo(6);
    assertThat(batches.epoch(0)).hasSize(6);
    assertThat(flat(batches.epoch(0)))
        .containsExactlyInAnyOrder(IntStream.range(0, 23).toArray())
        .isNotEqualTo(flat(batches.epoch(1)));
    var again = Batches.forTraining(examples(new int[23]), SHUFFLED, 4, 42);
    assertThat(flat(again.epoch(1))).isEqualTo(flat(batches.epoch(1)));
    var otherSeed = Batches.forTraining(examples(new int[23]), SHUFFLED, 4, 43);
    assertThat(flat(otherSeed.epoch(0))).isNotEqualTo(flat(batches.epoch(0)));
  }

  @Test
  void shuffledOrder_neverChanges() {
    // By a SplitMix64 written in Python. A changed order changes every trained adapter.
    assertThat(flat(Batches.forTraining(examples(new int[8]), SHUFFLED, 8, 42).epoch(0)))
        .containsExactly(1, 3, 4, 5, 0, 7, 6, 2);
  }

  @Test
  void shuffleOff_keepsFileOrder() {
    var batches = Batches.forTraining(examples(3, 1, 2), options(false, false, false), 2, 42);
    assertThat(batches.epoch(0)).containsExactly(new int[] {0, 1}, new int[] {2});
    assertThat(batches.epoch(5)).containsExactly(new int[] {0, 1}, new int[] {2});
  }

  @Test
  void steps_groupMicroBatches() {
    var batches = Batches.inOrder(examples(1, 1, 1, 1, 1), 1);
    assertThat(batches.stepsPerEpoch(2)).isEqualTo(3);
    assertThat(batches.steps(0, 2)).extracting(List::size).containsExactly(2, 2, 1);
  }

  @Test
  void collate_padsOnTheRight() {
    Batch batch = Batches.inOrder(examples(3, 1), 2).collate(new int[] {0, 1});
    assertThat(batch.rows()).isEqualTo(2);
    assertThat(batch.columns()).isEqualTo(3);
    assertThat(batch.ids()).containsExactly(1, 1, 1, 2, 0, 0);
    assertThat(batch.labels()).containsExactly(1, 1, 1, 2, -100, -100);
    assertThat(batch.positions()).containsExactly(0, 1, 2, 0, 0, 0);
    assertThat(batch.sequences()).containsExactly(0, 0, 0, 0, -1, -1);
    assertThat(batch.labelCount()).isEqualTo(2);
    assertThat(batch.tokenCount()).isEqualTo(4);
  }

  @Test
  void packing_fillsRowsBestFitDecreasing() {
    assertThat(Packing.pack(new int[] {2, 7, 3, 5, 1, 6, 3}, 10))
        .containsExactly(new int[] {1, 2}, new int[] {5, 6, 4}, new int[] {3, 0});
  }

  @Test
  void packing_keepsSequencesApart() {
    var batches = Batches.forTraining(examples(2, 7, 3), options(true, false, true), 1, 42);
    assertThat(batches.microBatchesPerEpoch()).isEqualTo(2);
    Batch batch = batches.collate(new int[] {0});
    assertThat(batch.ids()).containsExactly(2, 2, 2, 2, 2, 2, 2, 3, 3, 3);
    assertThat(batch.labels()).containsExactly(-100, 2, 2, 2, 2, 2, 2, -100, 3, 3);
    assertThat(batch.positions()).containsExactly(0, 1, 2, 3, 4, 5, 6, 0, 1, 2);
    assertThat(batch.sequences()).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 1, 1);
    assertThat(batch.labelCount()).isEqualTo(8);
  }

  @Test
  void groupByLength_putsTheLongestFirstAndSimilarOnesTogether() {
    int[] lengths = IntStream.range(0, 100).map(i -> (i * 37) % 100 + 1).toArray();
    var batches = Batches.forTraining(examples(lengths), options(false, true, true), 5, 42);
    int[] order = flat(batches.epoch(0));
    assertThat(order).containsExactlyInAnyOrder(IntStream.range(0, 100).toArray());
    assertThat(lengths[order[0]]).isEqualTo(100);
    List<Integer> spreads = new ArrayList<>();
    for (int[] batch : batches.epoch(0).subList(1, 20)) {
      var statistics = Arrays.stream(batch).map(i -> lengths[i]).summaryStatistics();
      spreads.add(statistics.getMax() - statistics.getMin());
    }
    assertThat(spreads).allMatch(spread -> spread <= 50);
    assertThat(flat(batches.epoch(1))).isNotEqualTo(order);
  }
}
