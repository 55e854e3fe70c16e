package dev.ftpipe.run.tree;

/**
 * A hash of 128 bits over numbers and texts, in two lanes of multiplications and rotations. It
 * tells accidental changes apart as well as a cryptographic one, and unlike that is quick from the
 * first call on, before the just-in-time compiler has found its SHA instructions. Where somebody
 * may want two things to look the same, {@link dev.ftpipe.base.Digest} is used.
 */
final class Fingerprint {
  // Odd numbers with half of their bits set: the golden ratio and those of SplitMix64's finalizer.
  private static final long FIRST = 0x9E37_79B9_7F4A_7C15L;
  private static final long SECOND = 0xBF58_476D_1CE4_E5B9L;
  private static final long THIRD = 0x94D0_49BB_1331_11EBL;

  private long a = FIRST;
  private long b = SECOND;

  /** The value of a fingerprint. */
  record Value(long high, long low) {
    /** What no {@link Fingerprint} gives but by a chance of 1 to 2^128. */
    static final Value NONE = new Value(0, 0);
  }

  Fingerprint add(long number) {
    a = Long.rotateLeft(a ^ (number * SECOND), 29) * FIRST + b;
    b = Long.rotateLeft(b + (number * THIRD), 37) * SECOND ^ a;
    return this;
  }

  Fingerprint add(String text) {
    int length = text.length();
    long four = length;
    for (int i = 0; i < length; i++) {
      four = four << 16 | text.charAt(i);
      if ((i & 3) == 3) {
        add(four);
        four = 0;
      }
    }
    return add(four).add(length);
  }

  Fingerprint add(Value value) {
    return add(value.high()).add(value.low());
  }

  Value value() {
    return new Value(mix(a + Long.rotateLeft(b, 17)), mix(b ^ mix(a)));
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * SECOND;
    mixed = (mixed ^ (mixed >>> 27)) * THIRD;
    return mixed ^ (mixed >>> 31);
  }
}
