package dev.ftpipe.store.local;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.HashedCopy;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.ContentStore.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Large blobs, each a read-only file that gets its name when it is whole. */
final class LooseBlobs {
  private final StoreLayout layout;
  private final TemporaryFiles temporaries;
  private final Consumer<String> notes;
  private final Map<Digest, Path> spares = new ConcurrentHashMap<>();

  LooseBlobs(StoreLayout layout, Consumer<String> notes) {
    this.layout = layout;
    this.temporaries = new TemporaryFiles(layout);
    this.notes = notes;
  }

  boolean contains(Digest digest) {
    return Files.exists(layout.blob(digest));
  }

  Optional<Blob> find(Digest digest) throws IOException {
    try {
      return Optional.of(new Blob(digest, Files.size(layout.blob(digest))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  boolean contains(Digest digest, long size) throws IOException {
    Path blob = layout.blob(digest);
    long found;
    try {
      found = Files.size(blob);
    } catch (NoSuchFileException e) {
      return false;
    }
    if (found != size) {
      drop(blob, "it has " + found + " bytes instead of " + size);
      return false;
    }
    return true;
  }

  Optional<Path> file(Digest digest, long size) throws IOException {
    return contains(digest, size) ? Optional.of(layout.blob(digest)) : Optional.empty();
  }

  /** Not of {@link TemporaryFiles}: it outlives the process. */
  Path incoming(Digest digest) {
    try {
      Files.createDirectories(layout.incoming());
    } catch (IOException e) {
      throw IoProblem.writing(layout.incoming(), e);
    }
    return layout.incoming().resolve(digest.hex());
  }

  /** The file of a blob. */
  Path object(Digest digest) {
    return layout.blob(digest);
  }

  /** Whether the blob is there, all its bytes read. */
  boolean isSound(Digest digest, long size) throws IOException {
    if (!contains(digest, size)) {
      return false;
    }
    Digest found = Digest.ofFile(object(digest));
    if (!found.equals(digest)) {
      drop(object(digest), "its bytes have the digest " + found.brief() + "…");
      return false;
    }
    return true;
  }

  /** Copies a file and hashes it on the way. */
  Blob put(Path file) throws IOException {
    Path temporary = temporary();
    try (FileChannel in = FileChannel.open(file)) {
      HashedCopy.Result copied = copy(in, temporary);
      Blob blob = new Blob(copied.digest(), copied.size());
      publish(temporary, blob);
      return blob;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Where a new blob can be written before it is {@link #publish published}. */
  Path temporary() {
    try {
      return temporaries.next();
    } catch (IOException e) {
      throw IoProblem.writing(layout.temporary(), e);
    }
  }

  /** Gives a finished file its name. */
  void publish(Path temporary, Blob blob) throws IOException {
    if (contains(blob.digest(), blob.size())) {
      return;
    }
    Path target = layout.blob(blob.digest());
    try {
      Files.createDirectories(target.getParent());
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r--r--r--"));
      // Two writers of one digest have the same bytes: whoever comes last changes nothing.
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw IoProblem.writing(target, e);
    }
  }

  /** Keeps a second file of a blob for the next {@link #restore}. */
  void spare(Path file, Digest digest) throws IOException {
    Path earlier = spares.put(digest, file);
    if (earlier != null && !earlier.equals(file)) {
      Files.deleteIfExists(earlier);
    }
  }

  private boolean useSpare(Digest digest, long size, Path target) throws IOException {
    Path spare = spares.remove(digest);
    if (spare == null) {
      return false;
    }
    boolean moved = false;
    if (Files.exists(spare) && Files.size(spare) == size && Files.notExists(target)) {
      try {
        Files.move(spare, target, StandardCopyOption.ATOMIC_MOVE);
        moved = true;
      } catch (AtomicMoveNotSupportedException e) {
        // The work tree is on another disk.
        moved = false;
      } catch (IOException e) {
        throw IoProblem.writing(target, e);
      }
    }
    Files.deleteIfExists(spare);
    return moved;
  }

  boolean restore(Digest digest, long size, Path target) throws IOException {
    if (!contains(digest, size)) {
      return false;
    }
    if (useSpare(digest, size, target)) {
      return true;
    }
    Path source = layout.blob(digest);
    HashedCopy.Result copied;
    try (FileChannel in = FileChannel.open(source)) {
      copied = copy(in, target);
    } catch (NoSuchFileException e) {
      if (source.toString().equals(e.getFile())) {
        return false;
      }
      throw e;
    } catch (FtpipeException e) {
      AtomicFiles.deleteTree(target);
      throw e;
    }
    if (!copied.digest().equals(digest)) {
      Files.delete(target);
      drop(source, "its bytes have the digest " + copied.digest().brief() + "…");
      return false;
    }
    return true;
  }

  Optional<byte[]> read(Digest digest) throws IOException {
    Path blob = layout.blob(digest);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(blob);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Digest found = Digest.of(bytes);
    if (!found.equals(digest)) {
      drop(blob, "its bytes have the digest " + found.brief() + "…");
      return Optional.empty();
    }
    return Optional.of(bytes);
  }

  /** Copies to a new file; what fails to be read is an IOException. */
  private static HashedCopy.Result copy(FileChannel in, Path target) throws IOException {
    try (FileChannel out = create(target)) {
      return HashedCopy.of(in, bytes -> write(out, bytes, target));
    }
  }

  static FileChannel create(Path target) {
    try {
      return FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw IoProblem.writing(target, e);
    }
  }

  static void write(FileChannel out, ByteBuffer bytes, Path target) {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw IoProblem.writing(target, e);
    }
  }

  private void drop(Path blob, String why) {
    String done = "removed, it is made again when needed";
    try {
      Files.deleteIfExists(blob);
    } catch (IOException e) {
      done = "it cannot be removed: " + IoProblem.sentence(e);
    }
    notes.accept("damaged cache object " + blob + ": " + why + "; " + done);
  }

  void release() throws IOException {
    for (Path spare : spares.values()) {
      Files.deleteIfExists(spare);
    }
    spares.clear();
    temporaries.release();
  }
}
