package dev.ftpipe.store;

import dev.ftpipe.base.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Objects by key in one place that several machines share: an S3 bucket below a prefix, or a
 * folder. A key is relative, with {@code /} between its parts. An object is there whole or not at
 * all. Safe for use by several threads and processes at once.
 *
 * <p>What fails at the remote is a {@link dev.ftpipe.base.FtpipeException} of the environment that
 * says which of credentials, permission, bucket, clock, name, network or server it is; failures
 * that may pass were tried again before. An {@link IOException} is one of the caller's own files.
 */
public interface ObjectStore extends Closeable {
  /**
   * What a listing tells of an object.
   *
   * @param size in bytes
   * @param tag changes with the object's bytes; empty where the place has none
   * @param modified when it was written, or begun to be, by the clock of the place
   */
  record Stored(String key, long size, String tag, Instant modified) {}

  /** Bytes that can be read any number of times, in parts. */
  interface Source {
    /** In bytes. */
    long size();

    /** The bytes from {@code offset} on, at least {@code length} of them. */
    InputStream open(long offset, long length) throws IOException;
  }

  /** Takes the bytes of an object in order. The buffer is the caller's again on return. */
  interface Sink {
    void accept(ByteBuffer bytes) throws IOException;
  }

  /** The place as its users write it, such as {@code s3://bucket/prefix}. */
  String location();

  /** Tells every object whose key starts with {@code prefix}, in the order of the keys. */
  void list(String prefix, Consumer<Stored> each) throws IOException;

  /** What is known of one object; empty when there is none. */
  Optional<Stored> find(String key) throws IOException;

  /**
   * A small object.
   *
   * @param most the most bytes to expect; an object with more of them is an error
   * @return empty when there is none
   */
  Optional<byte[]> read(String key, int most) throws IOException;

  /**
   * Bytes {@code offset} to {@code offset + length} of an object, which {@code sink} has received
   * exactly once and in order when this returns true.
   *
   * @return false when there is no such object; nothing was received then
   */
  boolean read(String key, long offset, long length, Sink sink) throws IOException;

  /** Writes a small object, over an earlier one. */
  void write(String key, byte[] bytes) throws IOException;

  /**
   * Writes a small object unless the key is taken.
   *
   * @return false when it is taken, and nothing was changed
   */
  boolean writeIfAbsent(String key, byte[] bytes) throws IOException;

  /**
   * Whether {@link #writeIfAbsent} holds against another writer at the same moment. It asks the
   * server with an object of its own, which is removed.
   */
  boolean refusesOverwrite() throws IOException;

  /** Starts to send an object of any size, or goes on where an interrupted attempt ended. */
  Upload upload(String key, Source source) throws IOException;

  /** Removes these objects; those that are not there are none of its business. */
  void delete(Collection<String> keys) throws IOException;

  /**
   * Removes what uploads that were never finished have left below {@code prefix}.
   *
   * @param olderThanHours younger ones may still be under way
   * @return how many
   */
  int dropUnfinished(String prefix, int olderThanHours) throws IOException;

  @Override
  void close();

  /** An object on its way. Other readers see it once {@link #finish} has returned. */
  interface Upload {
    /**
     * A part of the source.
     *
     * @param number from 1
     */
    record Piece(int number, long offset, long length) {}

    /**
     * Sends everything at once, where that is the quicker way, and makes the object visible if its
     * bytes have this digest. A process that is killed in between has to send all of it again.
     *
     * @return false when that is not the way, or did not come to its end: the pieces have to be
     *     sent
     */
    default boolean sendWhole(Digest expected, LongConsumer moved) throws IOException {
      return false;
    }

    /** What has to be sent before {@link #finish}; empty for a small object. */
    List<Piece> pieces() throws IOException;

    /**
     * Sends a piece. Several threads may send different pieces at once.
     *
     * @param moved hears how many bytes were sent; a negative number when they have to be sent
     *     again
     */
    void send(Piece piece, LongConsumer moved) throws IOException;

    /** Makes the object visible, after all pieces; sends a small object. */
    void finish(LongConsumer moved) throws IOException;

    /** Drops what was sent. */
    void abandon() throws IOException;
  }
}
