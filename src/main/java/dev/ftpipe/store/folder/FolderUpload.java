package dev.ftpipe.store.folder;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FullReads;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.ObjectStore.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A file that grows in {@code tmp/} until it is whole. Its name there depends on the key, so that
 * another attempt finds it; pieces that hold the source's bytes already are not written again.
 */
final class FolderUpload implements ObjectStore.Upload {
  private static final long PIECE_BYTES = 16L << 20;
  private static final int BUFFER_BYTES = 1 << 18;

  private final Path target;
  private final Path folder;
  private final String key;
  private final Source source;
  private @Nullable Path temporary;
  private @Nullable FileChannel channel;
  private boolean continued;

  FolderUpload(Path target, Path folder, String key, Source source) {
    this.target = target;
    this.folder = folder;
    this.key = key;
    this.source = source;
  }

  @Override
  public List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    for (long at = 0; at < source.size(); at += PIECE_BYTES) {
      pieces.add(new Piece(pieces.size() + 1, at, Math.min(PIECE_BYTES, source.size() - at)));
    }
    return pieces;
  }

  private synchronized FileChannel channel() {
    if (channel == null) {
      String shared = "upload-" + Digest.of(key).hex() + "-";
      Path own = folder.resolve(shared + UUID.randomUUID());
      temporary = own;
      try {
        Files.createDirectories(folder);
        Optional<FileChannel> left = takeOver(shared, own);
        continued = left.isPresent();
        channel = left.isPresent() ? left.get() : begin(own);
      } catch (IOException e) {
        throw IoProblem.writing(folder, e);
      }
    }
    return channel;
  }

  private static FileChannel begin(Path own) throws IOException {
    FileChannel begun =
        FileChannel.open(
            own, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    isFree(begun);
    return begun;
  }

  /** What a process that is no more has left of the same object. */
  private Optional<FileChannel> takeOver(String shared, Path own) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, shared + "*")) {
      for (Path each : found) {
        FileChannel opened;
        try {
          opened = FileChannel.open(each, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
          continue;
        }
        // Its writer holds the lock until the file has left this folder: then the move fails.
        if (isFree(opened) && moved(each, own)) {
          opened.truncate(source.size());
          return Optional.of(opened);
        }
        opened.close();
      }
    }
    return Optional.empty();
  }

  private static boolean moved(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static boolean isFree(FileChannel common) throws IOException {
    try {
      return common.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void send(Piece piece, LongConsumer moved) throws IOException {
    FileChannel out = channel();
    byte[] buffer = new byte[BUFFER_BYTES];
    byte[] there = new byte[continued ? BUFFER_BYTES : 0];
    long at = piece.offset();
    long end = at + piece.length();
    try (InputStream in = source.open(at, piece.length())) {
      while (at < end) {
        int count = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, end - at));
        if (!continued || !holds(out, buffer, there, count, at)) {
          write(out, ByteBuffer.wrap(buffer, 0, count), at);
          moved.accept(count);
        }
        at += count;
      }
    }
  }

  private boolean holds(FileChannel out, byte[] wanted, byte[] there, int count, long at) {
    ByteBuffer found = ByteBuffer.wrap(there, 0, count);
    try {
      FullReads.fill(out, found, at);
    } catch (IOException e) {
      throw IoProblem.writing(target, e);
    }
    return !found.hasRemaining() && Arrays.equals(wanted, 0, count, there, 0, count);
  }

  private void write(FileChannel out, ByteBuffer bytes, long offset) {
    long at = offset;
    try {
      while (bytes.hasRemaining()) {
        at += out.write(bytes, at);
      }
    } catch (IOException e) {
      throw IoProblem.writing(target, e);
    }
  }

  @Override
  public void finish(LongConsumer moved) {
    try (FileChannel out = channel()) {
      out.force(true);
      Files.createDirectories(target.getParent());
      if (temporary != null) {
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw IoProblem.writing(target, e);
    }
  }

  @Override
  public void abandon() throws IOException {
    release();
    if (temporary != null) {
      Files.deleteIfExists(temporary);
    }
  }

  /** Ends the writing and leaves what is written. */
  void release() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
