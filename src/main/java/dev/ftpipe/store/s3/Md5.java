package dev.ftpipe.store.s3;

import dev.ftpipe.store.ObjectStore.Source;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a server names a part by; proves nothing against an attacker, and need not here. */
final class Md5 {
  private Md5() {}

  static String of(Source source, long offset, long length) throws IOException {
    MessageDigest md5;
    try {
      md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
    byte[] buffer = new byte[1 << 17];
    long left = length;
    try (InputStream in = source.open(offset, length)) {
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          break;
        }
        md5.update(buffer, 0, count);
        left -= count;
      }
    }
    return HexFormat.of().formatHex(md5.digest());
  }
}
