package dev.ftpipe.base;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.security.DigestException;
import java.security.MessageDigest;

/** Digests of many small files, with one read and no garbage for each. */
public final class SmallFileDigest {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final ThreadLocal<SmallFileDigest> OWN =
      ThreadLocal.withInitial(SmallFileDigest::new);

  private final MessageDigest sha256 = Digest.sha256();
  private final byte[] buffer = new byte[BUFFER_BYTES];

  private SmallFileDigest() {}

  /**
   * Digests a file of any size.
   *
   * @param size in bytes that the file seems to have
   * @param raw takes {@link Digest#BYTES} bytes from {@code offset} on
   */
  public static void of(File file, long size, byte[] raw, int offset) throws IOException {
    if (size >= BUFFER_BYTES || !OWN.get().read(file, (int) size, raw, offset)) {
      System.arraycopy(Digest.ofFile(file.toPath()).raw(), 0, raw, offset, Digest.BYTES);
    }
  }

  /** False when the file has another size, or cannot be opened. */
  private boolean read(File file, int size, byte[] raw, int offset) throws IOException {
    try (FileInputStream in = new FileInputStream(file)) {
      // One byte more than there should be: a read that does not get it has met the end.
      if (Math.max(0, in.read(buffer, 0, size + 1)) != size) {
        return false;
      }
    } catch (FileNotFoundException e) {
      // Says nothing of the reason; whoever opens it as a path next does.
      return false;
    }
    sha256.update(buffer, 0, size);
    try {
      sha256.digest(raw, offset, Digest.BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 has 32 bytes", e);
    }
    return true;
  }
}
