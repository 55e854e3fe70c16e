package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FullReads;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * A large blob on its way here: several threads write its pieces, one hashes them in order behind
 * them. Whether all of it is right is what the digest says in the end.
 */
final class BlobDownload implements Closeable {
  /** How it ended. */
  enum Outcome {
    SOUND,
    ABSENT,
    DAMAGED,
    BROKEN_OFF
  }

  /** Pieces of one request. */
  private static final int MOST_PIECES = 8;

  private final ObjectStore objects;
  private final ContentStore content;
  private final Blob blob;
  private final Transfer transfer;
  private final PieceBuffers buffers;
  private final Path file;
  private final Pieces pieces;
  private final FileChannel bytes;
  private final UncachedFile first;
  private final BitSet earlier = new BitSet();
  private final Optional<Path> secondFile;
  private final Optional<UncachedFile> second;

  private BlobDownload(
      ObjectStore objects,
      ContentStore content,
      Blob blob,
      Transfer transfer,
      PieceBuffers buffers,
      Path file,
      Pieces pieces)
      throws IOException {
    this.objects = objects;
    this.content = content;
    this.blob = blob;
    this.transfer = transfer;
    this.buffers = buffers;
    this.file = file;
    this.pieces = pieces;
    for (int i = 0; i < pieces.count(); i++) {
      earlier.set(i, pieces.isThere(i));
    }
    this.bytes =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    this.first = UncachedFile.open(file, blob.size());
    this.secondFile = content.second(blob.digest());
    this.second =
        secondFile.isPresent()
            ? Optional.of(UncachedFile.open(secondFile.get(), blob.size()))
            : Optional.empty();
  }

  /** Goes on where an earlier attempt ended; beside another process it begins on its own. */
  static BlobDownload begin(
      ObjectStore objects, ContentStore content, Blob blob, Transfer transfer, PieceBuffers buffers)
      throws IOException {
    Path file = content.incoming(blob.digest());
    try {
      Optional<Pieces> pieces = Pieces.of(file, blob.size(), buffers);
      while (pieces.isEmpty()) {
        file = file.resolveSibling(blob.digest().hex() + "-" + UUID.randomUUID());
        pieces = Pieces.of(file, blob.size(), buffers);
      }
      return new BlobDownload(objects, content, blob, transfer, buffers, file, pieces.get());
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }

  /** Hands the missing pieces to the workers. */
  void submitTo(Workers workers) throws IOException {
    for (int i = 0; i < pieces.count(); i++) {
      if (earlier.get(i)) {
        transfer.skip(pieces.length(i));
      } else {
        int first = i;
        while (i + 1 < pieces.count() && i + 1 - first < MOST_PIECES && !earlier.get(i + 1)) {
          i++;
        }
        int last = i;
        workers.submit(() -> receive(first, last));
      }
    }
  }

  private void receive(int first, int last) throws IOException {
    try (Receiver receiver = new Receiver(first)) {
      long start = pieces.start(first);
      long end = pieces.start(last) + pieces.length(last);
      String key = RemoteLayout.blob(blob.digest());
      if (!objects.read(key, start, end - start, receiver)) {
        pieces.end();
      }
    }
  }

  /** Writes the pieces of one request, each when it is whole. */
  private final class Receiver implements ObjectStore.Sink, Closeable {
    private int piece;
    private Optional<ByteBuffer> kept = Optional.empty();
    private ByteBuffer buffer = PieceBuffers.spare();

    Receiver(int first) {
      this.piece = first;
      begin();
    }

    private void begin() {
      kept = buffers.take();
      buffer = kept.orElseGet(PieceBuffers::spare);
    }

    @Override
    public void accept(ByteBuffer part) throws IOException {
      transfer.move(part.remaining());
      while (part.hasRemaining()) {
        int count = Math.min(part.remaining(), pieces.length(piece) - buffer.position());
        buffer.put(part.slice(part.position(), count));
        part.position(part.position() + count);
        if (buffer.position() == pieces.length(piece)) {
          end();
        }
      }
    }

    private void end() throws IOException {
      buffer.flip();
      write(buffer, pieces.start(piece));
      second.ifPresent(copy -> copy.write(buffer, pieces.start(piece)));
      pieces.arrived(piece, kept);
      piece++;
      begin();
    }

    @Override
    public void close() {
      kept.ifPresent(buffers::give);
    }
  }

  /** Through the system's cache where that takes the bytes faster than the disk does. */
  private void write(ByteBuffer piece, long at) {
    if (first.isQuick()) {
      first.write(piece, at);
      return;
    }
    ByteBuffer left = piece.duplicate();
    try {
      while (left.hasRemaining()) {
        bytes.write(left, at + left.position());
      }
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }

  /** Hashes the pieces as they come; what is whole and right is kept, what is not is removed. */
  Outcome check(BooleanSupplier brokenOff) throws IOException {
    boolean sound = false;
    try {
      MessageDigest sha256 = Digest.sha256();
      for (int i = 0; i < pieces.count(); i++) {
        Pieces.State state = pieces.await(i, brokenOff);
        if (state != Pieces.State.THERE) {
          return state == Pieces.State.ABSENT ? Outcome.ABSENT : Outcome.BROKEN_OFF;
        }
        hash(i, sha256);
      }
      sound = Digest.finish(sha256).equals(blob.digest());
    } finally {
      if (second.isPresent()) {
        second.get().close();
      }
      if (!sound && secondFile.isPresent()) {
        Files.deleteIfExists(secondFile.get());
      }
    }
    if (!sound) {
      Files.deleteIfExists(file);
    } else {
      keep();
    }
    pieces.remove();
    return sound ? Outcome.SOUND : Outcome.DAMAGED;
  }

  private void hash(int piece, MessageDigest sha256) throws IOException {
    Optional<ByteBuffer> kept = pieces.take(piece);
    ByteBuffer buffer = kept.isPresent() ? kept.get() : readBack(piece);
    sha256.update(buffer.duplicate());
    if (earlier.get(piece)) {
      second.ifPresent(copy -> copy.write(buffer, pieces.start(piece)));
    }
    kept.ifPresent(buffers::give);
  }

  private ByteBuffer readBack(int piece) throws IOException {
    ByteBuffer buffer = PieceBuffers.spare().limit(pieces.length(piece));
    FullReads.fill(bytes, buffer, pieces.start(piece));
    return buffer.flip();
  }

  private void keep() throws IOException {
    first.close();
    if (secondFile.isPresent()) {
      content.adopt(file, secondFile.get(), blob.digest(), blob.size());
    } else {
      content.adopt(file, blob.digest(), blob.size());
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
    first.close();
    pieces.close();
    if (second.isPresent()) {
      second.get().close();
    }
  }
}
