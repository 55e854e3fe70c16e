package dev.ftpipe.model.hostile;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Small damage to the bytes of a file, the same for the same seed. */
final class Mutation {
  private static final String[] NUMBERS = {
    "-1", "0", "1", "2147483648", "1152921504606846976", "18446744073709551616", "1e400", "1.5"
  };
  private static final String[] TOKENS = {
    "{", "}", "[", "]", "\"", ",", ":", "null", "true", "[[[[[[[[", "\"\\ud800\"", "\u0000"
  };

  private final Random random;

  Mutation(long seed) {
    this.random = new Random(seed);
  }

  /**
   * Damages one to three places.
   *
   * @param header most damage is done to so many bytes at the start
   */
  byte[] damage(byte[] valid, int header) {
    byte[] bytes = valid.clone();
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times && bytes.length > 0; i++) {
      int bound = random.nextInt(5) == 0 ? bytes.length : Math.min(header, bytes.length);
      bytes = once(bytes, random.nextInt(bound));
    }
    return bytes;
  }

  private byte[] once(byte[] bytes, int at) {
    return switch (random.nextInt(8)) {
      case 0 -> with(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
      case 1 -> with(bytes, at, random.nextInt(256));
      case 2 -> Arrays.copyOf(bytes, at);
      case 3 -> splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)), new byte[0]);
      case 4 -> {
        int length = Math.min(1 + random.nextInt(64), bytes.length - at);
        yield splice(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
      }
      case 5 -> huge(bytes, at);
      case 6 -> splice(bytes, at, at, text(TOKENS));
      default -> number(bytes, at);
    };
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    return bytes;
  }

  /** A little-endian number of 2^60 or more. */
  private byte[] huge(byte[] bytes, int at) {
    for (int i = 0; i < 8 && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (i == 7 ? 0x10 : 0xff * random.nextInt(2));
    }
    return bytes;
  }

  /** Another number in the place of the next one that is written in digits. */
  private byte[] number(byte[] bytes, int at) {
    int from = at;
    while (from < bytes.length && !isDigit(bytes[from])) {
      from++;
    }
    int to = from;
    while (to < bytes.length && isDigit(bytes[to])) {
      to++;
    }
    return splice(bytes, from, to, text(NUMBERS));
  }

  private byte[] text(String[] choices) {
    return choices[random.nextInt(choices.length)].getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isDigit(byte each) {
    return each >= '0' && each <= '9';
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] by) {
    byte[] result = new byte[bytes.length - (to - from) + by.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(by, 0, result, from, by.length);
    System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
    return result;
  }
}
