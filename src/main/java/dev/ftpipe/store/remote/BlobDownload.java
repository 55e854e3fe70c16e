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
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * A large blob on its way here: several threads write its pieces, one hashes them in order behind
 * them. Beside the file stands one byte for each piece that was written, so that another attempt
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

  private static final long PIECE_BYTES = 8L << 20;
  private static final int BUFFER_BYTES = 1 << 18;
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
      int piece = i;
      if (isThere(piece)) {
        transfer.skip(end(piece) - start(piece));
      } else {
        workers.submit(() -> receive(piece));
      }
    }
  }

  private synchronized boolean isThere(int piece) {
    return there[piece];
  }

  private void receive(int piece) throws IOException {
    long[] at = {start(piece)};
    boolean found =
        objects.read(
            RemoteLayout.blob(blob.digest()),
            start(piece),
            end(piece) - start(piece),
            part -> {
              transfer.move(part.remaining());
              at[0] += write(part, at[0]);
            });
    if (found) {
      pieces.write(ByteBuffer.wrap(new byte[] {1}), piece);
    }
    synchronized (this) {
      absent |= !found;
      there[piece] = found;
      notifyAll();
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
    MessageDigest sha256 = Digest.sha256();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    for (int piece = 0; piece < there.length; piece++) {
      Outcome state = await(piece);
      if (state != Outcome.SOUND) {
        return state;
      }
      for (long at = start(piece); at < end(piece); ) {
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, end(piece) - at));
        int count = bytes.read(buffer, at);
        if (count < 0) {
          break;
        }
        at += count;
        sha256.update(buffer.flip());
      }
    }
    boolean sound = Digest.finish(sha256).equals(blob.digest());
    if (sound) {
      bytes.truncate(blob.size());
      content.adopt(file, blob.digest(), blob.size());
    } else {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(marks);
    return sound ? Outcome.SOUND : Outcome.DAMAGED;
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
