package dev.ftpipe.model.gguf;

import java.util.List;

/**
 * Where a tensor lies in a GGUF file.
 *
 * @param shape sizes of the dimensions, outermost first (the file has them innermost first)
 * @param offset bytes from the start of the file
 */
public record GgufTensor(
    String name, GgmlType type, List<Long> shape, long offset, long byteLength) {
  public GgufTensor {
    shape = List.copyOf(shape);
  }

  /** Elements of the innermost dimension. */
  public long rowElements() {
    return shape.get(shape.size() - 1);
  }

  /** The number of rows. */
  public long rows() {
    return byteLength / rowBytes();
  }

  /** Bytes of one row. */
  public long rowBytes() {
    return rowElements() / type.blockElements() * type.blockBytes();
  }
}
