package dev.ftpipe.store.s3;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ObjectStore.Source;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** What servers name the bytes of a part by. */
final class PartDigests {
  private static final int BUFFER_BYTES = 1 << 17;

  private PartDigests() {}

  /** The usual tag, in hexadecimal. It proves nothing against an attacker, and need not here. */
  static String md5(Source source, long offset, long length) throws IOException {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      return HexFormat.of().formatHex(of(md5, source, offset, length));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  /** The check sum, in Base64. */
  static String sha256(Source source, long offset, long length) throws IOException {
    return Base64.getEncoder().encodeToString(of(Digest.sha256(), source, offset, length));
  }

  private static byte[] of(MessageDigest digest, Source source, long offset, long length)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = length;
    try (InputStream in = source.open(offset, length)) {
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          break;
        }
        digest.update(buffer, 0, count);
        left -= count;
      }
    }
    return digest.digest();
  }
}
