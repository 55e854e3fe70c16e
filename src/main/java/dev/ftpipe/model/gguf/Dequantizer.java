package dev.ftpipe.model.gguf;

import dev.ftpipe.model.tensor.DType;
import dev.ftpipe.model.tensor.Floats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * From the blocks of ggml to float. The formulas and the order of their operations are those of
 * {@code gguf-py/gguf/quants.py} in llama.cpp; its values come out to the last bit.
 */
final class Dequantizer {
  private Dequantizer() {}

  /**
   * Fills {@code out} from the blocks in {@code bytes}.
   *
   * @param bytes from position to limit, as many blocks as {@code out} needs
   */
  static void dequantize(GgmlType type, ByteBuffer bytes, float[] out) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case F32 -> plain(DType.F32, in, out);
      case F16 -> plain(DType.F16, in, out);
      case BF16 -> plain(DType.BF16, in, out);
      case Q8_0 -> blocks(type, in, out, Dequantizer::q8);
      case Q4_0 -> blocks(type, in, out, Dequantizer::q4);
      case Q4_1 -> blocks(type, in, out, Dequantizer::q4WithMinimum);
      case Q4_K -> blocks(type, in, out, Dequantizer::q4k);
      case Q6_K -> blocks(type, in, out, Dequantizer::q6k);
    }
  }

  /** One block: its bytes begin at {@code at}, its values go to {@code to} and on. */
  private interface Block {
    void dequantize(ByteBuffer in, int at, float[] out, int to);
  }

  private static void blocks(GgmlType type, ByteBuffer in, float[] out, Block block) {
    int count = out.length / type.blockElements();
    for (int i = 0; i < count; i++) {
      block.dequantize(in, i * type.blockBytes(), out, i * type.blockElements());
    }
  }

  private static void plain(DType dtype, ByteBuffer in, float[] out) {
    float[] values = Floats.toFloats(in, dtype);
    System.arraycopy(values, 0, out, 0, out.length);
  }

  private static float half(ByteBuffer in, int at) {
    return Floats.fromHalf(in.getShort(at));
  }

  private static int u8(ByteBuffer in, int at) {
    return in.get(at) & 0xff;
  }

  /** Scale; 32 signed bytes. */
  private static void q8(ByteBuffer in, int at, float[] out, int to) {
    float scale = half(in, at);
    for (int i = 0; i < 32; i++) {
      out[to + i] = in.get(at + 2 + i) * scale;
    }
  }

  /** Scale; 16 bytes: the low nibbles are the first half of the block, minus 8. */
  private static void q4(ByteBuffer in, int at, float[] out, int to) {
    float scale = half(in, at);
    for (int i = 0; i < 16; i++) {
      int pair = u8(in, at + 2 + i);
      out[to + i] = scale * ((pair & 15) - 8);
      out[to + 16 + i] = scale * ((pair >> 4) - 8);
    }
  }

  /** Scale, minimum; 16 bytes as before. */
  private static void q4WithMinimum(ByteBuffer in, int at, float[] out, int to) {
    float scale = half(in, at);
    float minimum = half(in, at + 2);
    for (int i = 0; i < 16; i++) {
      int pair = u8(in, at + 4 + i);
      out[to + i] = scale * (pair & 15) + minimum;
      out[to + 16 + i] = scale * (pair >> 4) + minimum;
    }
  }

  /**
   * Super-block of 8 blocks of 32: scale and minimum of the scales, 12 bytes with eight 6-bit
   * scales and minima, 128 bytes of nibbles (32 bytes hold two blocks, the low nibbles the first).
   */
  private static void q4k(ByteBuffer in, int at, float[] out, int to) {
    float scale = half(in, at);
    float minimum = half(in, at + 2);
    int packed = at + 4;
    for (int block = 0; block < 8; block++) {
      int low = block % 4;
      int scaleBits;
      int minimumBits;
      if (block < 4) {
        scaleBits = u8(in, packed + low) & 63;
        minimumBits = u8(in, packed + 4 + low) & 63;
      } else {
        int both = u8(in, packed + 8 + low);
        scaleBits = (both & 15) | ((u8(in, packed + low) >> 6) << 4);
        minimumBits = (both >> 4) | ((u8(in, packed + 4 + low) >> 6) << 4);
      }
      float blockScale = scale * scaleBits;
      float blockMinimum = minimum * minimumBits;
      int nibbles = at + 16 + block / 2 * 32;
      int shift = block % 2 * 4;
      for (int i = 0; i < 32; i++) {
        int q = (u8(in, nibbles + i) >> shift) & 15;
        out[to + block * 32 + i] = blockScale * q - blockMinimum;
      }
    }
  }

  /**
   * Super-block of 16 blocks of 16: 128 bytes with the low 4 bits, 64 bytes with the high 2 bits,
   * 16 signed scales, and the scale of the scales.
   */
  private static void q6k(ByteBuffer in, int at, float[] out, int to) {
    float scale = half(in, at + 208);
    for (int i = 0; i < 256; i++) {
      int part = i / 128;
      int quarter = i % 128 / 32;
      int lane = i % 32;
      int low = u8(in, at + part * 64 + quarter % 2 * 32 + lane) >> (quarter / 2 * 4);
      int high = u8(in, at + 128 + part * 32 + lane) >> (quarter * 2);
      int q = ((low & 15) | ((high & 3) << 4)) - 32;
      float blockScale = scale * in.get(at + 192 + i / 16);
      out[to + i] = blockScale * q;
    }
  }
}
