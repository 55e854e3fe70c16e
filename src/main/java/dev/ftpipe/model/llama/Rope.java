package dev.ftpipe.model.llama;

/**
 * Rotary position embedding (Su et al. 2021).
 *
 * @param theta the base of the wavelengths
 * @param scaling how it is stretched for longer texts
 */
public record Rope(double theta, RopeScaling scaling) {
  /** The angle by which each pair of a head's dimensions turns from one position to the next. */
  float[] inverseFrequencies(int headDim) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      // Exponent and power in float32, as PyTorch computes them.
      float power = (float) Math.pow((float) theta, 2f * i / headDim);
      frequencies[i] = (float) scaling.scale(1f / power, i, headDim, theta);
    }
    return frequencies;
  }

  /** What queries and keys are multiplied with as they turn. */
  double attentionFactor() {
    return scaling instanceof RopeScaling.Yarn yarn ? yarn.attentionFactor() : 1;
  }
}
