package dev.ftpipe.model.tensor;

import java.util.List;

/**
 * Where a tensor lies in its file.
 *
 * @param shape sizes of the dimensions, outermost first; empty for a scalar
 * @param offset bytes from the start of the file's data section
 * @param byteLength bytes of all elements, row-major and without gaps
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long offset, long byteLength) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  public long elementCount() {
    return TensorSpec.elementCount(shape);
  }

  /** The size of one dimension, counted from 0. */
  public long dim(int index) {
    return shape.get(index);
  }

  public TensorSpec spec() {
    return new TensorSpec(name, dtype, shape);
  }
}
