package dev.ftpipe.model.gguf;

/**
 * The order of the rows of a query or key head: Transformers turns row {@code i} with row {@code i
 * + d/2}, llama.cpp turns neighbours (x0, x_{d/2}, x1, …) in the models that its files store so.
 */
final class HeadOrder {
  private HeadOrder() {}

  /** From llama.cpp's order [heads, d/2, 2] to [heads, 2, d/2]. */
  static float[] ofTransformers(float[] values, int headDim, int width) {
    return reordered(values, headDim, width, true);
  }

  /** From the order [heads, 2, d/2] to llama.cpp's [heads, d/2, 2]. */
  static float[] ofLlamaCpp(float[] values, int headDim, int width) {
    return reordered(values, headDim, width, false);
  }

  /**
   * Copies rows of whole heads.
   *
   * @param width values of a row
   */
  private static float[] reordered(float[] values, int headDim, int width, boolean apart) {
    float[] out = new float[values.length];
    int heads = values.length / (headDim * width);
    int half = headDim / 2;
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < headDim; i++) {
        int together = (head * headDim + i % half * 2 + i / half) * width;
        int split = (head * headDim + i) * width;
        System.arraycopy(values, apart ? together : split, out, apart ? split : together, width);
      }
    }
    return out;
  }
}
