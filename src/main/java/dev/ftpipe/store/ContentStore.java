package dev.ftpipe.store;

import dev.ftpipe.base.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Blobs by the SHA-256 digest of their bytes. Safe for use by several threads and processes at
 * once. A blob that turns out to be damaged is reported, removed and from then on absent: it is
 * never served.
 *
 * <p>A failure to write (disk full, no permission) is an {@link dev.ftpipe.base.FtpipeException} of
 * the environment that names the path, and leaves nothing behind.
 */
public interface ContentStore {
  /**
   * The digest and length of a blob.
   *
   * @param size in bytes
   */
  record Blob(Digest digest, long size) {}

  /** Whether the blob is there with this size; its bytes are not read. */
  boolean contains(Digest digest, long size) throws IOException;

  /** Keeps a copy of the file's bytes, hashed while they are copied. */
  Blob put(Path file) throws IOException;

  /** Keeps the bytes. */
  Blob put(byte[] bytes) throws IOException;

  /**
   * Writes the blob to a new file, checked against digest and size on the way.
   *
   * @param target does not exist; its folder does
   * @return false, with no file left, when the blob is absent or damaged
   */
  boolean restore(Digest digest, long size, Path target) throws IOException;

  /** The bytes of a small blob (a tree, a log), checked against the digest. */
  Optional<byte[]> read(Digest digest) throws IOException;
}
