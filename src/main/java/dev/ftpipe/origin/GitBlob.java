package dev.ftpipe.origin;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest that git gives to a file. */
final class GitBlob {
  private GitBlob() {}

  /** Whether a file is what git calls by this name, of SHA-1 or SHA-256. */
  static boolean matches(Path file, String oid) throws IOException {
    MessageDigest digest = digest(oid.length() == 64 ? "SHA-256" : "SHA-1");
    digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest()).equals(oid);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw FtpipeException.environment("this Java has no " + algorithm, e);
    }
  }
}
