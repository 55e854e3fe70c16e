package dev.ftpipe.store.local;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.ContentStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Consumer;

/** Blobs as read-only files. A blob gets its name after its bytes are on the disk. */
final class LocalContentStore implements ContentStore {
  private static final int BUFFER_BYTES = 1 << 18;

  private final StoreLayout layout;
  private final Consumer<String> notes;

  LocalContentStore(StoreLayout layout, Consumer<String> notes) {
    this.layout = layout;
    this.notes = notes;
  }

  @Override
  public boolean contains(Digest digest, long size) throws IOException {
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

  @Override
  public Blob put(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return put(in);
    }
  }

  @Override
  public Blob put(byte[] bytes) throws IOException {
    return put(new ByteArrayInputStream(bytes));
  }

  @Override
  public Blob put(Source source) throws IOException {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    source.writeTo(out);
    return put(out.toByteArray());
  }

  @Override
  public Batch batch() {
    return new Batch() {
      @Override
      public Blob put(Path file) throws IOException {
        return LocalContentStore.this.put(file);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {}

  private Blob put(InputStream in) throws IOException {
    Path temporary = temporary();
    try {
      Blob blob = fill(temporary, in, StandardOpenOption.WRITE);
      Path target = layout.blob(blob.digest());
      if (!contains(blob.digest(), blob.size())) {
        try {
          Files.createDirectories(target.getParent());
          Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r--r--r--"));
          // Two writers of one digest have the same bytes: whoever comes last changes nothing.
          Files.move(
              temporary,
              target,
              StandardCopyOption.ATOMIC_MOVE,
              StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
          throw cannotWrite(target, e);
        }
      }
      return blob;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  @Override
  public boolean restore(Digest digest, long size, Path target) throws IOException {
    if (!contains(digest, size)) {
      return false;
    }
    Path source = layout.blob(digest);
    Blob copied;
    try (InputStream in = Files.newInputStream(source)) {
      copied = fill(target, in, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
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

  @Override
  public Optional<byte[]> read(Digest digest) throws IOException {
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

  private Path temporary() throws IOException {
    try {
      Files.createDirectories(layout.temporary());
      return Files.createTempFile(layout.temporary(), "blob", ".tmp");
    } catch (IOException e) {
      throw cannotWrite(layout.temporary(), e);
    }
  }

  /** Copies to {@code target} and onto the disk; what fails to be read is an IOException. */
  private static Blob fill(Path target, InputStream in, StandardOpenOption... options)
      throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    long size = 0;
    try (FileChannel out = open(target, options)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
        write(out, ByteBuffer.wrap(buffer, 0, n), target);
        size += n;
      }
      sync(out, target);
    }
    return new Blob(Digest.finish(sha256), size);
  }

  private static FileChannel open(Path target, StandardOpenOption... options) {
    try {
      return FileChannel.open(target, options);
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  private static void write(FileChannel out, ByteBuffer bytes, Path target) {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  private static void sync(FileChannel out, Path target) {
    try {
      out.force(false);
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  private static FtpipeException cannotWrite(Path target, IOException e) {
    return IoProblem.writing(target, e);
  }

  private void drop(Path blob, String why) throws IOException {
    Files.deleteIfExists(blob);
    notes.accept(
        "damaged cache object " + blob + ": " + why + "; removed, it is made again when needed");
  }
}
