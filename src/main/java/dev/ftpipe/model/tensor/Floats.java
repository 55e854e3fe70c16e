package dev.ftpipe.model.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Conversion between float and the number formats of tensors. Narrowing rounds to the nearest, ties
 * to even (IEEE 754-2019, 4.3.1), and keeps infinities and NaNs.
 */
public final class Floats {
  private static final float F16_SUBNORMAL_STEP = 0x1p-24f;

  private Floats() {}

  /**
   * All elements of the buffer, from its position to its limit, which do not move. Bytes are taken
   * as little-endian.
   *
   * @throws IllegalArgumentException for a format that is not floating point
   */
  public static float[] toFloats(ByteBuffer bytes, DType dtype) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[in.remaining() / dtype.bytes()];
    switch (dtype) {
      case F32 -> in.asFloatBuffer().get(values);
      case F64 -> {
        var doubles = in.asDoubleBuffer();
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) doubles.get(i);
        }
      }
      case F16 -> {
        var halves = in.asShortBuffer();
        for (int i = 0; i < values.length; i++) {
          values[i] = fromHalf(halves.get(i));
        }
      }
      case BF16 -> {
        var halves = in.asShortBuffer();
        for (int i = 0; i < values.length; i++) {
          values[i] = fromBfloat16(halves.get(i));
        }
      }
      default -> throw new IllegalArgumentException(dtype + " is not a floating-point format");
    }
    return values;
  }

  /**
   * The values in another format, little-endian, ready to be read.
   *
   * @throws IllegalArgumentException for a format other than F32, F16 and BF16
   */
  public static ByteBuffer fromFloats(float[] values, DType dtype) {
    ByteBuffer out =
        ByteBuffer.allocate(Math.multiplyExact(values.length, dtype.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case F32 -> out.asFloatBuffer().put(values);
      case F16 -> {
        var halves = out.asShortBuffer();
        for (float value : values) {
          halves.put(toHalf(value));
        }
      }
      case BF16 -> {
        var halves = out.asShortBuffer();
        for (float value : values) {
          halves.put(toBfloat16(value));
        }
      }
      default -> throw new IllegalArgumentException("cannot write floats as " + dtype);
    }
    return out;
  }

  /** The value of a bfloat16: the upper half of a float's bits. */
  public static float fromBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest bfloat16. */
  public static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // Rounding could carry a NaN's payload into the exponent and make it an infinity.
      return (short) ((bits >>> 16) | 0x40);
    }
    int roundUp = 0x7fff + ((bits >>> 16) & 1);
    return (short) ((bits + roundUp) >>> 16);
  }

  /** The value of an IEEE half: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
  public static float fromHalf(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * F16_SUBNORMAL_STEP;
      return sign == 0 ? magnitude : -magnitude;
    }
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (fraction << 13));
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }

  /** The nearest IEEE half. */
  public static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00 | ((magnitude >>> 13) & 0x1ff));
    }
    // 65520 is halfway between the largest half and the next power of two; it rounds away.
    if (magnitude >= 0x477ff000) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x38800000) {
      // Below 2^-14 the halves are multiples of 2^-24: adding 0.5 lets the hardware round to one.
      float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(shifted) - 0x3f000000));
    }
    int roundUp = 0xfff + ((magnitude >>> 13) & 1);
    return (short) (sign | ((magnitude - 0x38000000 + roundUp) >>> 13));
  }
}
