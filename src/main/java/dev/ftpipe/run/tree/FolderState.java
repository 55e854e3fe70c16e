package dev.ftpipe.run.tree;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is remembered of a tracked folder as a whole.
 *
 * @param fingerprint of the walk, see {@link Folder#fingerprint}; zeros when a file was so young
 *     that a later change of it could go unnoticed
 * @param records SHA-256 of the records of its files, which follow in the same file
 */
record FolderState(byte[] fingerprint, Artifact artifact, byte[] records) {
  /** Bytes of a state in its file. */
  static final int BYTES = 8 + 3 * Digest.BYTES + Long.BYTES + Digest.BYTES;

  private static final long FORMAT = 0x6674_7374_6174_6531L; // "ftstate1"

  boolean unchanged(Folder folder) {
    return Arrays.equals(fingerprint, folder.fingerprint());
  }

  byte[] encoded() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    buffer
        .putLong(FORMAT)
        .put(fingerprint)
        .put(artifact.digest().raw())
        .put(records)
        .putLong(artifact.size());
    buffer.put(Digest.of(Arrays.copyOf(buffer.array(), buffer.position())).raw());
    return buffer.array();
  }

  /** Empty for anything that {@link #encoded} did not make. */
  static Optional<FolderState> decoded(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length != BYTES || buffer.getLong() != FORMAT) {
      return Optional.empty();
    }
    byte[] fingerprint = take(buffer);
    byte[] tree = take(buffer);
    byte[] records = take(buffer);
    long size = buffer.getLong();
    byte[] state = Arrays.copyOf(bytes, buffer.position());
    if (!Arrays.equals(Digest.of(state).raw(), take(buffer))) {
      return Optional.empty();
    }
    return Optional.of(
        new FolderState(
            fingerprint,
            new Artifact(Artifact.Kind.TREE, Digest.ofRaw(tree, 0), size),
            records));
  }

  private static byte[] take(ByteBuffer buffer) {
    byte[] digest = new byte[Digest.BYTES];
    buffer.get(digest);
    return digest;
  }
}
