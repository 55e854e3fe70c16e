package dev.ftpipe.model.quant;

import java.util.Arrays;

/**
 * The 256 values of the dynamic 8-bit types (Dettmers 2015, "8-bit approximations"): seven decades,
 * each with twice the fractions of the one below it, as bitsandbytes builds them.
 */
public final class DynamicMap {
  private static final int DECADES = 7;

  private DynamicMap() {}

  /** All values of the type with a sign, ascending, from above -1 to 1. */
  public static float[] signed() {
    return values(1, -1);
  }

  /** All values of the type without a sign, ascending, from 0 to 1: twice the fractions. */
  public static float[] unsigned() {
    return values(2, 1);
  }

  /**
   * The values of a type.
   *
   * @param fractions of the lowest decade
   * @param least -1 to have the negative of each value beside it
   */
  private static float[] values(int fractions, int least) {
    float[] values = new float[256];
    int count = 0;
    for (int decade = 0; decade < DECADES; decade++) {
      float[] bounds = linspace((fractions << decade) + 1);
      double scale = Math.pow(10, decade - (DECADES - 1));
      for (int i = 0; i + 1 < bounds.length; i++) {
        float mean = (float) scale * ((bounds[i] + bounds[i + 1]) / 2);
        values[count++] = mean;
        if (least < 0) {
          values[count++] = -mean;
        }
      }
    }
    values[count++] = 0;
    values[count] = 1;
    Arrays.sort(values);
    return values;
  }

  /** Numbers from 0.1 to 1 at equal distances, from both ends to the middle as PyTorch does. */
  private static float[] linspace(int size) {
    float step = (1f - 0.1f) / (size - 1);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i < size / 2 ? Math.fma(step, i, 0.1f) : Math.fma(-step, size - 1 - i, 1f);
    }
    return values;
  }
}
