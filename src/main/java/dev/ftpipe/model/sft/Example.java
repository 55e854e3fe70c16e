package dev.ftpipe.model.sft;

/**
 * One tokenized record.
 *
 * @param ids token ids
 * @param labels as long as {@code ids}: the id where it is learned, {@link #MASKED} where not.
 *     Unshifted: the model predicts {@code labels[t + 1]} at {@code t}
 */
// Identity is enough: examples are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Example(long[] ids, long[] labels) {
  /** The label of a token that is not learned. */
  public static final long MASKED = -100;

  public Example {
    if (ids.length != labels.length) {
      throw new IllegalArgumentException(ids.length + " ids, " + labels.length + " labels");
    }
  }

  public int length() {
    return ids.length;
  }

  /** How many tokens are learned; the first one never is, nothing predicts it. */
  public int labelCount() {
    int count = 0;
    for (int t = 1; t < labels.length; t++) {
      if (labels[t] != MASKED) {
        count++;
      }
    }
    return count;
  }

  /** The first {@code length} tokens. */
  Example cut(int length) {
    return new Example(
        java.util.Arrays.copyOf(ids, length), java.util.Arrays.copyOf(labels, length));
  }
}
