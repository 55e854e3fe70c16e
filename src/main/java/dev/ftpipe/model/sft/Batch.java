package dev.ftpipe.model.sft;

/**
 * A micro-batch, row-major, padded on the right.
 *
 * @param ids {@code [rows, columns]} token ids; 0 on padding
 * @param labels {@code [rows, columns]} unshifted labels; -100 where nothing is learned
 * @param positions {@code [rows, columns]} position of a token in its sequence; 0 on padding
 * @param sequences {@code [rows, columns]} which sequence of the row a token belongs to, from 0; -1
 *     on padding. Attention stays inside a sequence
 */
// Identity is enough: batches are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Batch(
    int rows, int columns, long[] ids, long[] labels, long[] positions, long[] sequences) {
  /** The number of predictions that the loss is summed over: labels but the first of a row. */
  public int labelCount() {
    int count = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 1; column < columns; column++) {
        if (labels[row * columns + column] != Example.MASKED) {
          count++;
        }
      }
    }
    return count;
  }

  /** The number of tokens that are not padding. */
  public int tokenCount() {
    int count = 0;
    for (long sequence : sequences) {
      if (sequence >= 0) {
        count++;
      }
    }
    return count;
  }
}
