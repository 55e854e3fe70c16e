package dev.ftpipe.model.sft;

import java.util.Arrays;

/** Fills a batch row by row, from the left. */
final class Collator {
  private final int rows;
  private final int columns;
  private final long[] ids;
  private final long[] labels;
  private final long[] positions;
  private final long[] sequences;
  private int row;
  private int column;
  private int sequence;

  Collator(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    ids = new long[rows * columns];
    labels = new long[rows * columns];
    positions = new long[rows * columns];
    sequences = new long[rows * columns];
    Arrays.fill(labels, Example.MASKED);
    Arrays.fill(sequences, -1);
  }

  /**
   * Appends a sequence to the row.
   *
   * @param maskFirst masks its first label, which the sequence before it must not predict
   */
  void add(Example example, boolean maskFirst) {
    int at = row * columns + column;
    int length = example.length();
    System.arraycopy(example.ids(), 0, ids, at, length);
    System.arraycopy(example.labels(), 0, labels, at, length);
    for (int i = 0; i < length; i++) {
      positions[at + i] = i;
      sequences[at + i] = sequence;
    }
    if (maskFirst && length > 0) {
      labels[at] = Example.MASKED;
    }
    column += length;
    sequence++;
  }

  void endRow() {
    row++;
    column = 0;
    sequence = 0;
  }

  Batch batch() {
    return new Batch(rows, columns, ids, labels, positions, sequences);
  }
}
