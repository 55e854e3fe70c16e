package dev.ftpipe.model.adapter;

/**
 * The adapter of one linear layer: it adds scale · B·A·x, and with DoRA scales every output by
 * magnitude / ‖W + scale · B·A‖, the norm of the output's row.
 *
 * @param a {@code [rank, inputs]}, row-major
 * @param b {@code [outputs, rank]}, row-major
 * @param magnitude {@code [outputs]}; empty where there is no DoRA
 */
// Identity is enough: weights are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record LoraWeights(
    int rank, int inputs, int outputs, float[] a, float[] b, float[] magnitude) {
  private static final float[] NONE = {};

  public LoraWeights {
    if (a.length != rank * inputs || b.length != outputs * rank) {
      throw new IllegalArgumentException(
          "A has %d values, B %d; rank %d, %d inputs, %d outputs"
              .formatted(a.length, b.length, rank, inputs, outputs));
    }
    if (magnitude.length != 0 && magnitude.length != outputs) {
      throw new IllegalArgumentException(magnitude.length + " magnitudes, " + outputs + " outputs");
    }
  }

  /** An adapter without DoRA. */
  public LoraWeights(int rank, int inputs, int outputs, float[] a, float[] b) {
    this(rank, inputs, outputs, a, b, NONE);
  }

  public boolean dora() {
    return magnitude.length > 0;
  }
}
