package dev.ftpipe.model.llama;

/** How the wavelengths of a rotary embedding are stretched. */
public sealed interface RopeScaling {
  /**
   * The frequency of a pair of dimensions.
   *
   * @param frequency without scaling
   * @param pair counts from 0
   */
  double scale(double frequency, int pair, int headDim, double theta);

  /** All by one factor; 1 does not scale. */
  record Linear(double factor) implements RopeScaling {
    @Override
    public double scale(double frequency, int pair, int headDim, double theta) {
      return frequency / factor;
    }
  }

  /**
   * Llama 3.1's: wavelengths longer than {@code context / low} are stretched by the factor, shorter
   * than {@code context / high} are kept, those between are blended.
   */
  record Llama3(double factor, double low, double high, double context) implements RopeScaling {
    @Override
    public double scale(double frequency, int pair, int headDim, double theta) {
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

  /**
   * YaRN (Peng et al. 2023, section 3.2): dimensions that turn more than {@code fast} times within
   * the context are kept, those that turn less than {@code slow} times are stretched, those between
   * are blended by their number.
   *
   * @param context positions the model was first trained for
   * @param whole whether the bounds are rounded to whole dimensions
   * @param attentionFactor what queries and keys are multiplied with
   */
  record Yarn(
      double factor,
      double fast,
      double slow,
      double context,
      boolean whole,
      double attentionFactor)
      implements RopeScaling {
    @Override
    public double scale(double frequency, int pair, int headDim, double theta) {
      double low = dimension(fast, headDim, theta);
      double high = dimension(slow, headDim, theta);
      if (whole) {
        low = Math.floor(low);
        high = Math.ceil(high);
      }
      low = Math.max(low, 0);
      high = Math.min(high, headDim - 1);
      double width = high == low ? 0.001 : high - low;
      double ramp = Math.min(1, Math.max(0, (pair - low) / width));
      return frequency / factor * ramp + frequency * (1 - ramp);
    }

    /** The dimension that turns so many times within the context. */
    private double dimension(double turns, int headDim, double theta) {
      return headDim * Math.log(context / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }

    /** The paper's temperature (equation 22), as a factor of queries and keys. */
    public static double attention(double factor, double mscale) {
      return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
    }
  }
}
