package dev.ftpipe.store.remote;

import dev.ftpipe.base.FullReads;
import dev.ftpipe.base.HashedCopy;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * A large blob on its way here: several threads write its pieces, one hashes them in order behind
 * them. Beside the file stands one byte for each MiB that was written, so that another attempt
 * fetches the others only; whether all of it is right is what the digest says in the end.
 */
final class BlobDownload implements Closeable {
  /** How it ended. */
  enum Outcome {
    SOUND,
    ABSENT,
    DAMAGED,
    BROKEN_OFF
  }

  private static final long PIECE_BYTES = 1L << 20;

  /** Pieces of one request. */
  private static final int MOST_PIECES = 8;

  private static final int WAIT_MILLIS = 50;

  private final ObjectStore objects;
  private final ContentStore content;
  private final Blob blob;
  private final Transfer transfer;
  private final BooleanSupplier brokenOff;
  private final Path file;
  private final Path marks;
  private final FileChannel bytes;
  private final FileChannel pieces;
  private final boolean[] there;
  private boolean absent;

  private BlobDownload(
      ObjectStore objects,
      ContentStore content,
      Blob blob,
      Transfer transfer,
      BooleanSupplier brokenOff,
      Path file,
      FileChannel pieces)
      throws IOException {
    this.objects = objects;
    this.content = content;
    this.blob = blob;
    this.transfer = transfer;
    this.brokenOff = brokenOff;
    this.file = file;
    this.marks = marks(file);
    this.pieces = pieces;
    this.there = new boolean[Math.toIntExact((blob.size() + PIECE_BYTES - 1) / PIECE_BYTES)];
    boolean isContinued = Files.exists(file);
    this.bytes =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (isContinued) {
      readMarks();
    } else {
      pieces.truncate(0);
    }
  }

  /** Goes on where an earlier attempt ended; beside another process it begins on its own. */
  static BlobDownload begin(
      ObjectStore objects,
      ContentStore content,
      Blob blob,
      Transfer transfer,
      BooleanSupplier brokenOff)
      throws IOException {
    Path file = content.incoming(blob.digest());
    try {
      FileChannel pieces = open(marks(file));
      if (!isFree(pieces)) {
        pieces.close();
        file = file.resolveSibling(file.getFileName() + "-" + UUID.randomUUID());
        pieces = open(marks(file));
      }
      return new BlobDownload(objects, content, blob, transfer, brokenOff, file, pieces);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }

  private static Path marks(Path file) {
    return file.resolveSibling(file.getFileName() + ".pieces");
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private void readMarks() throws IOException {
    ByteBuffer marked = ByteBuffer.allocate(there.length);
    FullReads.fill(pieces, marked, 0);
    for (int i = 0; i < marked.position(); i++) {
      there[i] = marked.get(i) == 1;
    }
  }

  private long start(int piece) {
    return piece * PIECE_BYTES;
  }

  private long end(int piece) {
    return Math.min(blob.size(), start(piece) + PIECE_BYTES);
  }

  /** Hands the missing pieces to the workers. */
  void submitTo(Workers workers) throws IOException {
    for (int i = 0; i < there.length; i++) {
      if (isThere(i)) {
        transfer.skip(end(i) - start(i));
      } else {
        int first = i;
        while (i + 1 < there.length && i + 1 - first < MOST_PIECES && !isThere(i + 1)) {
          i++;
        }
        int last = i;
        workers.submit(() -> receive(first, last));
      }
    }
  }

  private synchronized boolean isThere(int piece) {
    return there[piece];
  }

  private void receive(int first, int last) throws IOException {
    long[] at = {start(first)};
    boolean found =
        objects.read(
            RemoteLayout.blob(blob.digest()),
            start(first),
            end(last) - start(first),
            part -> {
              transfer.move(part.remaining());
              long from = at[0];
              at[0] += write(part, from);
              arrived(from, at[0]);
            });
    if (!found) {
      synchronized (this) {
        absent = true;
        notifyAll();
      }
    }
  }

  /** Marks the pieces that end in this stretch. */
  private void arrived(long from, long to) throws IOException {
    for (int piece = (int) (from / PIECE_BYTES);
        piece < there.length && end(piece) <= to;
        piece++) {
      pieces.write(ByteBuffer.wrap(new byte[] {1}), piece);
      synchronized (this) {
        there[piece] = true;
        notifyAll();
      }
    }
  }

  private int write(ByteBuffer part, long at) {
    int length = part.remaining();
    try {
      while (part.hasRemaining()) {
        bytes.write(part, at + length - part.remaining());
      }
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
    return length;
  }

  /** Hashes the pieces as they come; what is whole and right is kept, what is not is removed. */
  Outcome check() throws IOException {
    Optional<Path> second = content.second(blob.digest());
    boolean sound = false;
    try (Closeable copy = second.isPresent() ? copy(second.get()) : () -> {}) {
      HashedCopy.Sink sink = copy instanceof UncachedFile file ? file::write : part -> {};
      sound = HashedCopy.of(new Arrivals(), sink).digest().equals(blob.digest());
    } catch (Unfinished e) {
      return e.outcome;
    } finally {
      if (!sound && second.isPresent()) {
        Files.deleteIfExists(second.get());
      }
    }
    if (!sound) {
      Files.deleteIfExists(file);
    } else {
      bytes.truncate(blob.size());
      if (second.isPresent()) {
        content.adopt(file, second.get(), blob.digest(), blob.size());
      } else {
        content.adopt(file, blob.digest(), blob.size());
      }
    }
    Files.deleteIfExists(marks);
    return sound ? Outcome.SOUND : Outcome.DAMAGED;
  }

  private static UncachedFile copy(Path second) {
    try {
      return UncachedFile.create(second);
    } catch (IOException e) {
      throw IoProblem.writing(second, e);
    }
  }

  /** A piece did not come. */
  private static final class Unfinished extends IOException {
    private static final long serialVersionUID = 1;
    private final Outcome outcome;

    Unfinished(Outcome outcome) {
      super(outcome.toString());
      this.outcome = outcome;
    }
  }

  /** The bytes in order, each as soon as its piece is there. */
  private final class Arrivals implements ReadableByteChannel {
    private long at;

    @Override
    public int read(ByteBuffer into) throws IOException {
      if (at == blob.size()) {
        return -1;
      }
      int piece = Math.toIntExact(at / PIECE_BYTES);
      Outcome state = await(piece);
      if (state != Outcome.SOUND) {
        throw new Unfinished(state);
      }
      int most = (int) Math.min(into.remaining(), end(piece) - at);
      int count = bytes.read(into.slice(into.position(), most), at);
      if (count > 0) {
        into.position(into.position() + count);
        at += count;
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return bytes.isOpen();
    }

    @Override
    public void close() {}
  }

  private synchronized Outcome await(int piece) {
    try {
      while (!there[piece]) {
        if (absent) {
          return Outcome.ABSENT;
        }
        if (brokenOff.getAsBoolean()) {
          return Outcome.BROKEN_OFF;
        }
        wait(WAIT_MILLIS);
      }
      return Outcome.SOUND;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.BROKEN_OFF;
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
    pieces.close();
  }
}
