package dev.ftpipe.model.gguf;

import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * From float to the blocks of ggml. The formulas and the order of their operations are those of
 * {@code gguf-py/gguf/quants.py} in llama.cpp; its bytes come out.
 */
final class Quantizer {
  private static final int BLOCK = 32;

  private Quantizer() {}

  /**
   * The values in another format, ready to be read.
   *
   * @param values whole blocks
   * @throws IllegalArgumentException for a type that is only read
   */
  static ByteBuffer quantize(GgmlType type, float[] values) {
    return switch (type) {
      case F32 -> Floats.fromFloats(values, DType.F32);
      case F16 -> Floats.fromFloats(values, DType.F16);
      case BF16 -> Floats.fromFloats(values, DType.BF16);
      case Q8_0 -> blocks(type, values, Quantizer::q8);
      case Q4_0 -> blocks(type, values, Quantizer::q4);
      default -> throw new IllegalArgumentException(type + " cannot be written");
    };
  }

  /** One block: its values begin at {@code at}. */
  private interface Block {
    void quantize(float[] values, int at, ByteBuffer out);
  }

  private static ByteBuffer blocks(GgmlType type, float[] values, Block block) {
    int count = values.length / type.blockElements();
    ByteBuffer out = ByteBuffer.allocate(count * type.blockBytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      block.quantize(values, i * type.blockElements(), out);
    }
    return out.flip();
  }

  /** Scale: the largest magnitude over 127; halves are rounded away from zero. */
  private static void q8(float[] values, int at, ByteBuffer out) {
    float largest = 0;
    for (int i = 0; i < BLOCK; i++) {
      largest = Math.max(largest, Math.abs(values[at + i]));
    }
    float scale = largest / 127;
    float inverse = scale == 0 ? 0 : 1 / scale;
    out.putShort(Floats.toHalf(scale));
    for (int i = 0; i < BLOCK; i++) {
      float scaled = values[at + i] * inverse;
      float magnitude = Math.abs(scaled);
      float floor = (float) Math.floor(magnitude);
      float rounded = floor + (float) Math.floor(2 * (magnitude - floor));
      out.put((byte) (scaled < 0 ? -rounded : rounded));
    }
  }

  /** Scale: the value of the largest magnitude over -8, so that it has the code 0. */
  private static void q4(float[] values, int at, ByteBuffer out) {
    float extreme = values[at];
    for (int i = 1; i < BLOCK; i++) {
      if (Math.abs(values[at + i]) > Math.abs(extreme)) {
        extreme = values[at + i];
      }
    }
    float scale = extreme / -8;
    float inverse = scale == 0 ? 0 : 1 / scale;
    out.putShort(Floats.toHalf(scale));
    for (int i = 0; i < BLOCK / 2; i++) {
      int low = code(values[at + i], inverse);
      int high = code(values[at + BLOCK / 2 + i], inverse);
      out.put((byte) (low | high << 4));
    }
  }

  private static int code(float value, float inverse) {
    // The cut to float comes before that to a whole number in the reference.
    float shifted = (float) ((double) value * inverse + 8.5);
    return Math.max(0, Math.min(15, (int) shifted));
  }
}
