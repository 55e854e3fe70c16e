package dev.ftpipe.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds bytes of some classes, eight at a time.
 *
 * @see <a href="https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord">the zero-byte
 *     test: the lowest flag is always a true one</a>
 */
final class ByteScan {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private ByteScan() {}

  /**
   * The first place from {@code from} of a byte that is not ASCII; {@code to} when there is none.
   */
  static int nonAscii(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long flags = (long) LONGS.get(bytes, i) & HIGHS;
      if (flags != 0) {
        return i + (Long.numberOfTrailingZeros(flags) >>> 3);
      }
    }
    while (i < to && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  /**
   * The first place from {@code from} of a byte that does not stand for itself in a JSON string of
   * ASCII: a control, a quote, a backslash, or one that is not ASCII; {@code to} when there is
   * none.
   */
  static int special(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) LONGS.get(bytes, i);
      long quote = word ^ (ONES * '"');
      long backslash = word ^ (ONES * '\\');
      long ascii = ((word - ONES * ' ') | (quote - ONES) | (backslash - ONES)) & ~word;
      long flags = (ascii | word) & HIGHS;
      if (flags != 0) {
        return i + (Long.numberOfTrailingZeros(flags) >>> 3);
      }
    }
    while (i < to && !isSpecial(bytes[i])) {
      i++;
    }
    return i;
  }

  private static boolean isSpecial(byte b) {
    return b < ' ' || b == '"' || b == '\\';
  }

  /** The first place from {@code from} of a newline; {@code to} when there is none. */
  static int newline(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) LONGS.get(bytes, i) ^ (ONES * '\n');
      long flags = (word - ONES) & ~word & HIGHS;
      if (flags != 0) {
        return i + (Long.numberOfTrailingZeros(flags) >>> 3);
      }
    }
    while (i < to && bytes[i] != '\n') {
      i++;
    }
    return i;
  }
}
