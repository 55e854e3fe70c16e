package dev.ftpipe.model.tensor;

import java.util.Optional;

/** The number format of a tensor; each constant is spelled as safetensors spells it. */
public enum DType {
  F64(8, "float64"),
  F32(4, "float32"),
  F16(2, "float16"),
  BF16(2, "bfloat16"),
  I64(8, "int64"),
  I32(4, "int32"),
  I16(2, "int16"),
  I8(1, "int8"),
  U8(1, "uint8"),
  BOOL(1, "bool");

  private final int bytes;
  private final String torchName;

  DType(int bytes, String torchName) {
    this.bytes = bytes;
    this.torchName = torchName;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The name in a safetensors header. */
  public String safetensorsName() {
    return name();
  }

  /** The name in {@code config.json} and in parameters: {@code bfloat16}. */
  public String torchName() {
    return torchName;
  }

  /** Whether the elements are floating-point numbers. */
  public boolean isFloat() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  /** The format that a safetensors header names; empty when it is not one of these. */
  public static Optional<DType> ofSafetensorsName(String name) {
    for (DType dtype : values()) {
      if (dtype.name().equals(name)) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }

  /** The format that {@code config.json} names; empty when it is not one of these. */
  public static Optional<DType> ofTorchName(String name) {
    for (DType dtype : values()) {
      if (dtype.torchName.equals(name)) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }
}
