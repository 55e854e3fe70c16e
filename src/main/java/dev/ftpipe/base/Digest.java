package dev.ftpipe.base;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest, as 64 lower-case hexadecimal digits. */
public record Digest(@JsonValue String hex) implements Comparable<Digest> {
  /** The length of a digest in bytes. */
  public static final int BYTES = 32;

  // For small texts and files, of which there may be many, to make one costs as much as to use it.
  private static final ThreadLocal<MessageDigest> OWN = ThreadLocal.withInitial(Digest::sha256);

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Digest {
    if (!isOne(hex)) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + hex);
    }
  }

  /** Whether the text is a digest: 64 hexadecimal digits, in lower case. */
  // A regular expression would take longer than all else that is done with most digests.
  public static boolean isOne(String text) {
    if (text.length() != 2 * BYTES) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** The digest whose 32 bytes stand here. */
  public static Digest ofRaw(byte[] raw, int offset) {
    return new Digest(HexFormat.of().formatHex(raw, offset, offset + BYTES));
  }

  /** The digest as 32 bytes. */
  public byte[] raw() {
    return HexFormat.of().parseHex(hex);
  }

  /** The digest of these bytes. */
  public static Digest of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /** The digest of some of these bytes. */
  public static Digest of(byte[] bytes, int offset, int length) {
    MessageDigest sha256 = OWN.get();
    sha256.update(bytes, offset, length);
    return finish(sha256);
  }

  /** The digest of the text's UTF-8 bytes. */
  public static Digest of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The digest of the file's bytes, read as a stream. */
  public static Digest ofFile(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      return HashedCopy.of(in, bytes -> {}).digest();
    }
  }

  /** The digest of what was fed into {@code sha256}, which is reset. */
  public static Digest finish(MessageDigest sha256) {
    return new Digest(HexFormat.of().formatHex(sha256.digest()));
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The first 12 digits: enough for a person to tell digests apart. */
  public String brief() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
