package dev.ftpipe.store;

import dev.ftpipe.base.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Blobs by the SHA-256 digest of their bytes. Safe for use by several threads and processes at
 * once. A blob that turns out to be damaged is reported, dropped and from then on absent: it is
 * never served.
 *
 * <p>When a put returns, the bytes are with the operating system: they survive the end of this
 * process, however it ends. A power cut may take them; as every use checks the digest, they are
 * then missing, not wrong.
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

  /** Something that is not a file but can write itself. */
  interface Source {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Many puts, which are with the operating system when the batch has been closed. */
  interface Batch extends Closeable {
    /** As {@link ContentStore#adopt}; may be called by several threads at once. */
    Blob put(Path file) throws IOException;

    /** Keeps these bytes; may be called by several threads at once. */
    Blob put(byte[] bytes, int offset, int length) throws IOException;

    /** Hands over what is left; call it from one thread after all puts. */
    @Override
    void close() throws IOException;
  }

  /** Whether the blob is there with this size; its bytes are not read. */
  boolean contains(Digest digest, long size) throws IOException;

  /** Whether a small blob (a tree, a log) is there. */
  default boolean contains(Digest digest) throws IOException {
    return read(digest).isPresent();
  }

  /** A blob with its size, if it is there; its bytes are not read. */
  Optional<Blob> find(Digest digest) throws IOException;

  /** Keeps a copy of the file's bytes, hashed while they are copied. */
  Blob put(Path file) throws IOException;

  /**
   * As {@link #put(Path)}, for a file of the work tree that is not executable: where the cache is
   * set up so, it may be a read-only link to the object afterwards.
   */
  default Blob adopt(Path file) throws IOException {
    return put(file);
  }

  /** Keeps the bytes. */
  Blob put(byte[] bytes) throws IOException;

  /** Keeps what the source writes, of any length. */
  Blob put(Source source) throws IOException;

  /** Starts to keep many files, cheaper together than one by one. */
  Batch batch() throws IOException;

  /**
   * Writes the blob to a new file, checked against digest and size on the way.
   *
   * @param target does not exist; its folder does
   * @return false, with no file left, when the blob is absent or damaged
   */
  boolean restore(Digest digest, long size, Path target) throws IOException;

  /** As {@link #restore}; may be a read-only link, see {@link #adopt}. */
  default boolean link(Digest digest, long size, Path target) throws IOException {
    return restore(digest, size, target);
  }

  /** The bytes of a small blob (a tree, a log), checked against the digest. */
  Optional<byte[]> read(Digest digest) throws IOException;

  /** The file of a large blob, for reading; empty for one that is absent or in a pack. */
  Optional<Path> file(Digest digest, long size) throws IOException;

  /**
   * Ends the name of the file beside one that is {@link #incoming}: what of it is there. Whoever
   * receives the blob holds a lock on it.
   */
  String MARKS = ".pieces";

  /**
   * Where a large blob is received before it is {@link #adopt adopted}: the same file each time, so
   * that what was received is not received again.
   */
  Path incoming(Digest digest) throws IOException;

  /** From now on what is received is likely to be restored by the same command. */
  default void expectRestores() {}

  /**
   * Where the bytes of a blob can be written a second time while they are received, so that they
   * are not copied afterwards; empty where nobody will want a copy.
   */
  default Optional<Path> second(Digest digest) throws IOException {
    return Optional.empty();
  }

  /**
   * Takes over a received file and a second one of the same bytes, which have this digest: one of
   * them is what the next {@link #restore} puts in place.
   */
  default void adopt(Path received, Path second, Digest digest, long size) throws IOException {
    adopt(received, digest, size);
  }

  /** Takes over a received file, whose bytes have this digest. */
  void adopt(Path received, Digest digest, long size) throws IOException;

  /**
   * Lets go of files and locks, at the end of a command, for whoever comes next; what was put stays
   * whether or not this is called. The store can be used again.
   */
  void release() throws IOException;
}
