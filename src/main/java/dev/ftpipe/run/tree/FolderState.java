package dev.ftpipe.run.tree;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is remembered of a tracked folder as a whole.
 *
 * @param fingerprint of the walk, see {@link Folder#fingerprint}; none when a file was so young
 *     that a later change of it could go unnoticed
 * @param records SHA-256 of the records of its files, which follow in the same file
 */
record FolderState(Fingerprint.Value fingerprint, Artifact artifact, Digest records) {
  /** Bytes of a state in its file. */
  static final int BYTES = 4 * Long.BYTES + 3 * Digest.BYTES;

  private static final long FORMAT = 0x6674_7374_6174_6531L; // "ftstate1"

  boolean unchanged(Folder folder) {
    return fingerprint.equals(folder.fingerprint());
  }

  byte[] encoded() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    buffer
        .putLong(FORMAT)
        .putLong(fingerprint.high())
        .putLong(fingerprint.low())
        .put(artifact.digest().raw())
        .put(records.raw())
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
    Fingerprint.Value fingerprint = new Fingerprint.Value(buffer.getLong(), buffer.getLong());
    Digest tree = take(buffer);
    Digest records = take(buffer);
    long size = buffer.getLong();
    byte[] state = Arrays.copyOf(bytes, buffer.position());
    if (!Digest.of(state).equals(take(buffer))) {
      return Optional.empty();
    }
    return Optional.of(
        new FolderState(fingerprint, new Artifact(Artifact.Kind.TREE, tree, size), records));
  }

  private static Digest take(ByteBuffer buffer) {
    byte[] digest = new byte[Digest.BYTES];
    buffer.get(digest);
    return Digest.ofRaw(digest, 0);
  }
}
