package dev.ftpipe.model.llama;

/**
 * Token ids of some rows, row-major, with where each stands.
 *
 * @param ids {@code [rows, columns]}
 * @param positions {@code [rows, columns]} position of a token in its sequence
 * @param sequences {@code [rows, columns]} which sequence of the row a token belongs to; -1 on
 *     padding. Attention stays inside a sequence
 */
// Identity is enough: blocks are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record TokenBlock(int rows, int columns, long[] ids, long[] positions, long[] sequences) {
  public TokenBlock {
    long size = (long) rows * columns;
    if (ids.length != size || positions.length != size || sequences.length != size) {
      throw new IllegalArgumentException(
          "%d x %d tokens, but %d ids, %d positions, %d sequences"
              .formatted(rows, columns, ids.length, positions.length, sequences.length));
    }
  }

  /** Whether causal attention alone would look into another sequence or padding. */
  boolean needsMask() {
    for (int i = 0; i < sequences.length; i++) {
      if (i % columns != 0 && sequences[i] != sequences[i - 1] && sequences[i] >= 0) {
        return true;
      }
    }
    return false;
  }
}
