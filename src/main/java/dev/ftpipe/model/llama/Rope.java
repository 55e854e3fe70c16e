package dev.ftpipe.model.llama;

import java.util.Optional;

/**
 * Rotary position embedding (Su et al. 2021).
 *
 * @param theta the base of the wavelengths
 * @param linearFactor positions are divided by it; 1 without linear scaling
 * @param llama3 the stretching of long wavelengths, where the model has it
 */
record Rope(double theta, double linearFactor, Optional<Llama3> llama3) {
  /**
   * Llama 3.1's scaling: wavelengths longer than {@code context / low} are stretched by the factor,
   * shorter than {@code context / high} are kept, those between are blended.
   */
  record Llama3(double factor, double low, double high, double context) {
    double scale(double frequency) {
      double wavelength = 2 * Math.PI / frequency;
      if (wavelength < context / high) {
        return frequency;
      }
      if (wavelength > context / low) {
        return frequency / factor;
      }
      double smooth = (context / wavelength - low) / (high - low);
      return (1 - smooth) * frequency / factor + smooth * frequency;
    }
  }

  /** The angle by which each pair of a head's dimensions turns from one position to the next. */
  float[] inverseFrequencies(int headDim) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      // Exponent and power in float32, as PyTorch computes them.
      float power = (float) Math.pow((float) theta, 2f * i / headDim);
      double frequency = 1f / power / linearFactor;
      frequencies[i] =
          llama3.map(scaling -> scaling.scale(frequency)).orElse(frequency).floatValue();
    }
    return frequencies;
  }
}
