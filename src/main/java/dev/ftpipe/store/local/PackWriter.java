package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import dev.ftpipe.store.pack.PackFormat;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;

/**
 * The pack that this process appends to. A pack is grown by one process after the other, each of
 * which goes on where the last one ended or died; when it is full it is sealed: named by its
 * digest, indexed, never changed again. Guarded by its {@link PackStore}.
 */
final class PackWriter {
  private static final long FULL_BYTES = 64 << 20;
  private static final int FULL_BLOBS = 1 << 16;
  private static final int BUFFER_BYTES = 1 << 20;

  private final StoreLayout layout;
  private final String name;
  private final FileOwnership ownership;
  // Not a channel: one that is interrupted is closed for all stages that write.
  private final RandomAccessFile out;
  private final Pack pack;
  private final ByteBuffer buffer;
  private long written;

  private PackWriter(
      StoreLayout layout, String name, FileOwnership ownership, RandomAccessFile out, Pack pack) {
    this.layout = layout;
    this.name = name;
    this.ownership = ownership;
    this.out = out;
    this.pack = pack;
    this.written = pack.end();
    this.buffer = ByteBuffer.allocate(BUFFER_BYTES + PackFormat.HEADER_BYTES);
  }

  /** Goes on with a pack that nobody writes to, or begins a new one. */
  static PackWriter open(StoreLayout layout) {
    try {
      Files.createDirectories(layout.openPacks());
      try (DirectoryStream<Path> packs =
          Files.newDirectoryStream(layout.openPacks(), "*" + StoreLayout.PACK)) {
        for (Path pack : packs) {
          String file = String.valueOf(pack.getFileName());
          String name = file.substring(0, file.length() - StoreLayout.PACK.length());
          Optional<PackWriter> adopted = adopt(layout, name);
          if (adopted.isPresent()) {
            return adopted.get();
          }
        }
      }
      return create(layout, UUID.randomUUID().toString());
    } catch (IOException e) {
      throw IoProblem.writing(layout.openPacks(), e);
    }
  }

  private static PackWriter create(StoreLayout layout, String name) throws IOException {
    FileOwnership ownership =
        FileOwnership.take(layout.openLock(name))
            .orElseThrow(() -> new IOException("a new lock file is locked"));
    return open(layout, name, ownership);
  }

  private static Optional<PackWriter> adopt(StoreLayout layout, String name) throws IOException {
    Optional<FileOwnership> ownership = FileOwnership.take(layout.openLock(name));
    if (ownership.isEmpty()) {
      return Optional.empty();
    }
    if (!Files.exists(layout.openPack(name))) {
      // Sealed by its owner between our look at the folder and at the lock.
      ownership.get().abandon();
      return Optional.empty();
    }
    return Optional.of(open(layout, name, ownership.get()));
  }

  private static PackWriter open(StoreLayout layout, String name, FileOwnership ownership)
      throws IOException {
    Path file = layout.openPack(name);
    RandomAccessFile out = null;
    try {
      out = new RandomAccessFile(file.toFile(), "rw");
      Pack pack = Pack.open(file, layout.openIndex(name));
      // What is behind the index was written by a process that died: bytes and all are checked.
      pack.catchUp(true);
      PackWriter writer = new PackWriter(layout, name, ownership, out, pack);
      writer.begin();
      return writer;
    } catch (IOException e) {
      if (out != null) {
        out.close();
      }
      ownership.close();
      throw e;
    }
  }

  private void begin() throws IOException {
    out.setLength(written);
    out.seek(written);
    if (written == 0) {
      out.write(PackFormat.start());
      written = PackFormat.START;
    }
  }

  Pack pack() {
    return pack;
  }

  String name() {
    return name;
  }

  boolean full() {
    return written + buffer.position() >= FULL_BYTES || pack.count() >= FULL_BLOBS;
  }

  /** Adds a blob; it is with the operating system after the next {@link #flush}. */
  void add(Key key, byte[] bytes, int length) {
    if (buffer.remaining() < PackFormat.HEADER_BYTES + length) {
      flush();
    }
    PackFormat.putHeader(buffer, key, length);
    long offset = written + buffer.position();
    buffer.put(bytes, 0, length);
    pack.add(key, new Extent(offset, length));
  }

  /** Hands what was added to the operating system; what could not be is kept for another try. */
  void flush() {
    if (buffer.position() == 0) {
      return;
    }
    try {
      out.write(buffer.array(), 0, buffer.position());
    } catch (IOException e) {
      cut();
      throw IoProblem.writing(pack.file(), e);
    }
    written += buffer.position();
    buffer.clear();
  }

  // Half a record is found out by whoever reads the pack, but the disk is full: give it back.
  private void cut() {
    try {
      out.setLength(written);
      out.seek(written);
    } catch (IOException e) {
      // The next process to write to the pack cuts it.
      return;
    }
  }

  /** Whether this record has left the buffer. */
  boolean isWritten(Extent extent) {
    return extent.end() <= written;
  }

  /** Names the pack by its digest and gives it its final index; the writer is not used again. */
  void seal() {
    try {
      flush();
      String digest = Digest.ofFile(pack.file()).hex();
      // The index first: a pack in the list is one that can be searched.
      pack.writeIndex(layout.sealedIndex(digest));
      Files.setPosixFilePermissions(pack.file(), PosixFilePermissions.fromString("r--r--r--"));
      Files.move(pack.file(), layout.sealedPack(digest), StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(layout.openIndex(name));
      pack.close();
      out.close();
      ownership.abandon();
    } catch (IOException e) {
      throw IoProblem.writing(pack.file(), e);
    }
  }

  private void writeOpenIndex() {
    try {
      pack.writeIndex(layout.openIndex(name));
    } catch (IOException e) {
      // The disk is full, say: whoever reads the pack next goes through its records.
      return;
    }
  }

  /** Leaves the pack to the next process. */
  void release() throws IOException {
    try {
      if (pack.count() == 0) {
        Files.deleteIfExists(pack.file());
        Files.deleteIfExists(layout.openIndex(name));
        ownership.abandon();
      } else if (buffer.position() == 0 && (pack.unindexed() > 0 || pack.hasDropped())) {
        writeOpenIndex();
      }
    } finally {
      pack.close();
      out.close();
      ownership.close();
    }
  }
}
