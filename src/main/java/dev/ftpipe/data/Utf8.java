package dev.ftpipe.data;

/** Looks whether bytes are UTF-8, strictly: no surrogates, no overlong forms, up to U+10FFFF. */
final class Utf8 {
  private Utf8() {}

  /** The first place from {@code from} where no UTF-8 goes on; -1 when all up to {@code to} is. */
  static int firstBad(byte[] bytes, int from, int to) {
    int at = ByteScan.nonAscii(bytes, from, to);
    while (at < to) {
      int length = sequence(bytes, at, to);
      if (length == 0) {
        return at;
      }
      at += length;
      if (at < to && bytes[at] >= 0) {
        at = ByteScan.nonAscii(bytes, at, to);
      }
    }
    return -1;
  }

  /**
   * The length of the sequence of two to four bytes at {@code at}; 0 when there is none that ends
   * before {@code to}. Table 3-7 of the Unicode Standard.
   */
  static int sequence(byte[] bytes, int at, int to) {
    int first = bytes[at] & 0xFF;
    int left = to - at;
    if (first < 0xC2 || first > 0xF4) {
      return 0;
    }
    if (first < 0xE0) {
      return left >= 2 && follows(bytes[at + 1]) ? 2 : 0;
    }
    if (left < 3) {
      return 0;
    }
    int second = bytes[at + 1] & 0xFF;
    if (first < 0xF0) {
      int low = first == 0xE0 ? 0xA0 : 0x80;
      int high = first == 0xED ? 0x9F : 0xBF;
      return second >= low && second <= high && follows(bytes[at + 2]) ? 3 : 0;
    }
    int low = first == 0xF0 ? 0x90 : 0x80;
    int high = first == 0xF4 ? 0x8F : 0xBF;
    boolean whole = left >= 4 && second >= low && second <= high;
    return whole && follows(bytes[at + 2]) && follows(bytes[at + 3]) ? 4 : 0;
  }

  private static boolean follows(byte b) {
    return (b & 0xC0) == 0x80;
  }
}
