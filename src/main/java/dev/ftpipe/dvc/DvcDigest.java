package dev.ftpipe.dvc;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The MD5 sum of a file as DVC takes it. In that of DVC 2, a carriage return before a line feed
 * does not count in text: what begins with few enough control characters and holds no zero byte.
 * Newer releases look at each mebibyte, older ones at the beginning of the file; both sums are
 * taken.
 */
final class DvcDigest {
  private static final int CHUNK = 1 << 20;
  private static final int LOOKED_AT = 512;

  private final MessageDigest plain = md5();
  private final boolean legacy;
  private final MessageDigest byChunk = md5();
  private final MessageDigest byFile = md5();
  private byte[] chunk = new byte[0];
  private int filled;
  private boolean begun;
  private boolean isText;

  DvcDigest(boolean legacy) {
    this.legacy = legacy;
    if (legacy) {
      chunk = new byte[CHUNK];
    }
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  static String of(byte[] bytes) {
    return hex(md5().digest(bytes));
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  void update(ByteBuffer bytes) {
    if (!legacy) {
      plain.update(bytes);
      return;
    }
    while (bytes.hasRemaining()) {
      int count = Math.min(bytes.remaining(), CHUNK - filled);
      bytes.get(chunk, filled, count);
      filled += count;
      if (filled == CHUNK) {
        endChunk();
      }
    }
  }

  private void endChunk() {
    boolean textHere = isText(chunk, Math.min(filled, LOOKED_AT));
    if (!begun) {
      isText = textHere;
      begun = true;
    }
    plain.update(chunk, 0, filled);
    add(byChunk, textHere);
    add(byFile, isText);
    filled = 0;
  }

  private void add(MessageDigest digest, boolean asText) {
    if (!asText) {
      digest.update(chunk, 0, filled);
      return;
    }
    int from = 0;
    for (int i = 0; i + 1 < filled; i++) {
      if (chunk[i] == '\r' && chunk[i + 1] == '\n') {
        digest.update(chunk, from, i - from);
        from = i + 1;
      }
    }
    digest.update(chunk, from, filled - from);
  }

  private static boolean isText(byte[] bytes, int length) {
    int control = 0;
    for (int i = 0; i < length; i++) {
      int each = bytes[i] & 0xff;
      if (each == 0) {
        return false;
      }
      boolean plain = (each >= 32 && each < 127) || (each >= 8 && each <= 13 && each != 11);
      control += plain ? 0 : 1;
    }
    return control <= 0.30 * length;
  }

  /** The sum as DVC 3 takes it; the last question that may be asked. */
  String sum() {
    if (legacy && filled > 0) {
      endChunk();
    }
    return hex((legacy ? byChunk : plain).digest());
  }

  /** Whether the bytes have this sum; the last question that may be asked. */
  boolean matches(String digits) {
    if (legacy && filled > 0) {
      endChunk();
    }
    boolean same = hex(plain.digest()).equals(digits);
    return legacy
        ? same || hex(byChunk.digest()).equals(digits) || hex(byFile.digest()).equals(digits)
        : same;
  }
}
