package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the matrices of an exported model are stored as. */
public enum GgufType {
  @JsonProperty("f32")
  F32(GgmlType.F32, 0),
  @JsonProperty("f16")
  F16(GgmlType.F16, 1),
  @JsonProperty("bf16")
  BF16(GgmlType.BF16, 32),
  @JsonProperty("q8_0")
  Q8_0(GgmlType.Q8_0, 7),
  @JsonProperty("q4_0")
  Q4_0(GgmlType.Q4_0, 2);

  private final GgmlType stored;
  private final int fileType;

  GgufType(GgmlType stored, int fileType) {
    this.stored = stored;
    this.fileType = fileType;
  }

  /** The number of {@code general.file_type}, {@code llama_ftype} in {@code llama.h}. */
  int fileType() {
    return fileType;
  }

  /**
   * How a tensor is stored: vectors always in float32; in half precision a matrix whose rows are
   * not made of whole blocks, as llama.cpp does.
   *
   * @param dimensions of the tensor
   * @param row elements of a row
   */
  GgmlType of(int dimensions, long row) {
    if (dimensions == 1) {
      return GgmlType.F32;
    }
    return row % stored.blockElements() == 0 ? stored : GgmlType.F16;
  }

  boolean isQuantized() {
    return stored.isQuantized();
  }
}
