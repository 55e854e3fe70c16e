package dev.ftpipe.model.gguf;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How a tensor of a GGUF file is stored: blocks of so many elements in so many bytes. */
public enum GgmlType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q8_0(8, 32, 34),
  Q4_K(12, 256, 144),
  Q6_K(14, 256, 210),
  BF16(30, 1, 2);

  /** The types of {@code ggml.h} by number; those that were removed are empty. */
  private static final List<String> GGML_NAMES =
      List.of(
          "F32", "F16", "Q4_0", "Q4_1", "", "", "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K", "Q3_K",
          "Q4_K", "Q5_K", "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL",
          "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16", "I32", "I64", "F64", "IQ1_M", "BF16");

  private final int id;
  private final int blockElements;
  private final int blockBytes;

  GgmlType(int id, int blockElements, int blockBytes) {
    this.id = id;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** The number that stands for it in a file. */
  int id() {
    return id;
  }

  /** Elements of one block. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether the elements have fewer bits than a half-precision number. */
  public boolean isQuantized() {
    return blockElements > 1;
  }

  static Optional<GgmlType> ofId(long id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
  }

  /** The name of any type, supported or not, for messages. */
  static String nameOf(long id) {
    boolean known = id >= 0 && id < GGML_NAMES.size() && !GGML_NAMES.get((int) id).isEmpty();
    return known ? GGML_NAMES.get((int) id) : "number " + id;
  }
}
