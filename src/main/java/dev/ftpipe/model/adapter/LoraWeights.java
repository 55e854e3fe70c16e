package dev.ftpipe.model.adapter;

/**
 * The adapter of one linear layer: it adds scale · B·A·x.
 *
 * @param a {@code [rank, inputs]}, row-major
 * @param b {@code [outputs, rank]}, row-major
 */
// Identity is enough: weights are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record LoraWeights(int rank, int inputs, int outputs, float[] a, float[] b) {
  public LoraWeights {
    if (a.length != rank * inputs || b.length != outputs * rank) {
      throw new IllegalArgumentException(
          "A has %d values, B %d; rank %d, %d inputs, %d outputs"
              .formatted(a.length, b.length, rank, inputs, outputs));
    }
  }
}
