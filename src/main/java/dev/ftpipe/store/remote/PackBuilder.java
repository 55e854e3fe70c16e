package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import dev.ftpipe.store.pack.PackFormat;
import dev.ftpipe.store.pack.PackIndex;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Writes a pack for a remote: the same blobs in the same order give the same pack. */
final class PackBuilder implements Closeable {
  private static final long FULL_BYTES = 64L << 20;
  private static final int FULL_BLOBS = 1 << 16;
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final OutputStream out;
  private final MessageDigest sha256 = Digest.sha256();
  private final List<PackIndex.Entry> entries = new ArrayList<>();
  private long length;

  PackBuilder(Path file) {
    this.file = file;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      this.out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
    write(PackFormat.start());
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  boolean isFull() {
    return length >= FULL_BYTES || entries.size() >= FULL_BLOBS;
  }

  void add(Digest digest, byte[] bytes) {
    Key key = Key.of(digest);
    ByteBuffer header = ByteBuffer.allocate(PackFormat.HEADER_BYTES);
    PackFormat.putHeader(header, key, bytes.length);
    write(header.array());
    entries.add(new PackIndex.Entry(key, new Extent(length, bytes.length)));
    write(bytes);
  }

  private void write(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
    sha256.update(bytes);
    length += bytes.length;
  }

  /** Ends the pack and writes its index; gives the pack's name. */
  Digest finish(PackIndexes indexes) {
    Digest name = Digest.finish(sha256);
    try {
      out.close();
      entries.sort(Comparator.comparing(PackIndex.Entry::key));
      PackIndex.write(indexes.file(name.hex()), length, entries);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
    return name;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
