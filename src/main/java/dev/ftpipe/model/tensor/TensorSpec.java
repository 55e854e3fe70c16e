package dev.ftpipe.model.tensor;

import java.util.List;

/**
 * A tensor that is to be written.
 *
 * @param shape sizes of the dimensions, outermost first; empty for a scalar
 */
public record TensorSpec(String name, DType dtype, List<Long> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /**
   * The number of elements.
   *
   * @throws ArithmeticException when it does not fit a long
   */
  public long elementCount() {
    return elementCount(shape);
  }

  /**
   * Bytes of all elements.
   *
   * @throws ArithmeticException when they do not fit a long
   */
  public long byteLength() {
    return Math.multiplyExact(elementCount(), (long) dtype.bytes());
  }

  static long elementCount(List<Long> shape) {
    long count = 1;
    for (long size : shape) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }
}
