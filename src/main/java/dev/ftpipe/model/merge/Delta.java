package dev.ftpipe.model.merge;

import dev.ftpipe.model.adapter.LoraWeights;
import java.util.stream.IntStream;

/** Adds scale · B·A to rows of a weight, and with DoRA gives each row its magnitude; in float32. */
final class Delta {
  private final LoraWeights lora;
  private final double scale;

  Delta(LoraWeights lora, double scale) {
    this.lora = lora;
    this.scale = scale;
  }

  /**
   * Adds to some rows, several at once; the numbers do not depend on how many.
   *
   * @param weight {@code [rows, inputs]}, row-major
   * @param firstRow the row of the whole weight that {@code weight} starts with
   */
  void addTo(float[] weight, int firstRow) {
    int inputs = lora.inputs();
    IntStream.range(0, weight.length / inputs)
        .parallel()
        .forEach(row -> addRow(weight, row * inputs, firstRow + row));
  }

  private void addRow(float[] weight, int at, int row) {
    int inputs = lora.inputs();
    float[] a = lora.a();
    float[] sum = new float[inputs];
    for (int k = 0; k < lora.rank(); k++) {
      float factor = lora.b()[row * lora.rank() + k];
      int from = k * inputs;
      for (int column = 0; column < inputs; column++) {
        sum[column] += factor * a[from + column];
      }
    }
    float factor = (float) scale;
    for (int column = 0; column < inputs; column++) {
      weight[at + column] += factor * sum[column];
    }
    if (lora.dora()) {
      scaleTo(lora.magnitude()[row], weight, at);
    }
  }

  private void scaleTo(float magnitude, float[] weight, int at) {
    double squares = 0;
    for (int column = 0; column < lora.inputs(); column++) {
      squares += (double) weight[at + column] * weight[at + column];
    }
    float factor = (float) (magnitude / Math.sqrt(squares));
    for (int column = 0; column < lora.inputs(); column++) {
      weight[at + column] *= factor;
    }
  }
}
