package dev.ftpipe.model.sft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The micro-batches of every epoch. What an epoch holds depends on the examples, the options, the
 * seed and the epoch's number alone, so a run that resumes needs only to know its step.
 */
public final class Batches {
  private final List<Example> examples;
  private final List<int[]> rows;
  private final RowOrder order;
  private final int batchSize;
  private final boolean packed;

  private Batches(
      List<Example> examples, List<int[]> rows, RowOrder order, int batchSize, boolean packed) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("no examples");
    }
    this.examples = List.copyOf(examples);
    this.rows = rows;
    this.order = order;
    this.batchSize = batchSize;
    this.packed = packed;
  }

  /**
   * The batches that training goes through.
   *
   * @param examples at least one, none longer than {@code max_length}
   */
  public static Batches forTraining(
      List<Example> examples, SftOptions options, int batchSize, long seed) {
    int[] lengths = examples.stream().mapToInt(Example::length).toArray();
    List<int[]> rows =
        options.packing() ? Packing.pack(lengths, options.maxLength()) : oneByOne(examples.size());
    RowOrder order;
    if (!options.shuffle()) {
      order = new RowOrder.AsGiven(rows.size());
    } else if (options.groupByLength()) {
      order = new RowOrder.GroupedByLength(lengths, batchSize, seed);
    } else {
      order = new RowOrder.Shuffled(rows.size(), seed);
    }
    return new Batches(examples, rows, order, batchSize, options.packing());
  }

  /** The batches of an evaluation: in the order given, one example a row. */
  public static Batches inOrder(List<Example> examples, int batchSize) {
    return new Batches(
        examples,
        oneByOne(examples.size()),
        new RowOrder.AsGiven(examples.size()),
        batchSize,
        false);
  }

  private static List<int[]> oneByOne(int size) {
    return IntStream.range(0, size).mapToObj(i -> new int[] {i}).toList();
  }

  /** The examples of an epoch. */
  public int exampleCount() {
    return examples.size();
  }

  /** Tokens of an epoch, without padding. */
  public long tokenCount() {
    return examples.stream().mapToLong(Example::length).sum();
  }

  /** Rows of the largest batch. */
  public int mostRows() {
    return Math.min(batchSize, rows.size());
  }

  /** Tokens of the longest row. */
  public int mostColumns() {
    return IntStream.range(0, rows.size()).map(this::length).max().orElse(0);
  }

  /** Whether a row holds several examples. */
  public boolean isPacked() {
    return packed;
  }

  /** The last batch of an epoch may be smaller than the others. */
  public int microBatchesPerEpoch() {
    return ceilDiv(rows.size(), batchSize);
  }

  /** Optimizer steps of an epoch; the last may have fewer micro-batches than the others. */
  public int stepsPerEpoch(int gradientAccumulationSteps) {
    return ceilDiv(microBatchesPerEpoch(), gradientAccumulationSteps);
  }

  /** Optimizer steps of a run: {@code max_steps}, or that of its epochs, rounded up. */
  public int totalSteps(TrainerOptions options) {
    return options.maxSteps() > 0
        ? options.maxSteps()
        : (int)
            Math.ceil(
                options.numTrainEpochs() * stepsPerEpoch(options.gradientAccumulationSteps()));
  }

  /**
   * The micro-batches of an epoch, each the numbers of its rows.
   *
   * @param epoch counts from 0
   */
  public List<int[]> epoch(int epoch) {
    int[] order = this.order.of(epoch);
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < order.length; from += batchSize) {
      batches.add(Arrays.copyOfRange(order, from, Math.min(from + batchSize, order.length)));
    }
    return batches;
  }

  /** The micro-batches of each optimizer step of an epoch. */
  public List<List<int[]>> steps(int epoch, int gradientAccumulationSteps) {
    List<int[]> batches = epoch(epoch);
    List<List<int[]>> steps = new ArrayList<>();
    for (int from = 0; from < batches.size(); from += gradientAccumulationSteps) {
      int to = Math.min(from + gradientAccumulationSteps, batches.size());
      steps.add(List.copyOf(batches.subList(from, to)));
    }
    return steps;
  }

  /** The batch of these rows, as wide as its longest. */
  public Batch collate(int[] members) {
    int columns = 0;
    for (int member : members) {
      columns = Math.max(columns, length(member));
    }
    Collator collator = new Collator(members.length, columns);
    for (int member : members) {
      for (int example : rows.get(member)) {
        collator.add(examples.get(example), packed);
      }
      collator.endRow();
    }
    return collator.batch();
  }

  private int length(int member) {
    return Arrays.stream(rows.get(member)).map(example -> examples.get(example).length()).sum();
  }

  private static int ceilDiv(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
