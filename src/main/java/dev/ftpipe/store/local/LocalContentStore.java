package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FullReads;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.Link;
import dev.ftpipe.store.pack.PackFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Small blobs in packs, large ones as files. */
final class LocalContentStore implements ContentStore {
  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[PackFormat.SMALL]);

  private final PackStore packs;
  private final LooseBlobs files;
  private final LinkedBlobs linked;
  private volatile boolean restoring;

  LocalContentStore(StoreLayout layout, List<Link> links, Consumer<String> notes) {
    this.packs = new PackStore(layout, notes);
    this.files = new LooseBlobs(layout, notes);
    this.linked = new LinkedBlobs(files, links);
  }

  private static boolean isSmall(long size) {
    return size < PackFormat.SMALL;
  }

  @Override
  public boolean contains(Digest digest, long size) throws IOException {
    return isSmall(size)
        ? packs.find(digest).filter(found -> found == size).isPresent()
        : files.contains(digest, size);
  }

  @Override
  public boolean contains(Digest digest) throws IOException {
    return packs.find(digest).isPresent() || files.contains(digest);
  }

  @Override
  public Optional<Blob> find(Digest digest) throws IOException {
    Optional<Integer> small = packs.find(digest);
    return small.isPresent() ? Optional.of(new Blob(digest, small.get())) : files.find(digest);
  }

  @Override
  public Blob put(Path file) throws IOException {
    Blob blob = add(file, files::put);
    packs.flush();
    return blob;
  }

  @Override
  public Blob adopt(Path file) throws IOException {
    Blob blob = add(file, linked::adopt);
    packs.flush();
    return blob;
  }

  private interface Large {
    Blob put(Path file) throws IOException;
  }

  private Blob add(Path file, Large large) throws IOException {
    byte[] bytes = BUFFER.get();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try (FileChannel in = FileChannel.open(file)) {
      FullReads.fill(in, buffer);
    }
    if (!buffer.hasRemaining()) {
      return large.put(file);
    }
    return add(bytes, buffer.position());
  }

  private Blob add(byte[] bytes, int length) throws IOException {
    Digest digest = Digest.of(bytes, 0, length);
    packs.add(digest, bytes, length);
    return new Blob(digest, length);
  }

  @Override
  public Blob put(byte[] bytes) throws IOException {
    if (!isSmall(bytes.length)) {
      return put(out -> out.write(bytes));
    }
    Blob blob = add(bytes, bytes.length);
    packs.flush();
    return blob;
  }

  @Override
  public Blob put(Source source) throws IOException {
    try (Spool spool = new Spool(packs, files)) {
      source.writeTo(spool);
      return spool.keep();
    }
  }

  @Override
  public Batch batch() {
    return new Batch() {
      @Override
      public Blob put(Path file) throws IOException {
        return add(file, linked::adopt);
      }

      @Override
      public Blob put(byte[] bytes, int offset, int length) throws IOException {
        return add(Arrays.copyOfRange(bytes, offset, offset + length), length);
      }

      @Override
      public void close() {
        packs.flush();
      }
    };
  }

  @Override
  public boolean restore(Digest digest, long size, Path target) throws IOException {
    if (!isSmall(size)) {
      return files.restore(digest, size, target);
    }
    Optional<ByteBuffer> found = packs.read(digest).filter(bytes -> bytes.remaining() == size);
    if (found.isEmpty()) {
      return false;
    }
    try (FileChannel out = LooseBlobs.create(target)) {
      LooseBlobs.write(out, found.get(), target);
    } catch (RuntimeException | IOException e) {
      Files.deleteIfExists(target);
      throw e;
    }
    return true;
  }

  @Override
  public boolean link(Digest digest, long size, Path target) throws IOException {
    return isSmall(size) ? restore(digest, size, target) : linked.restore(digest, size, target);
  }

  @Override
  public Optional<byte[]> read(Digest digest) throws IOException {
    Optional<ByteBuffer> small = packs.read(digest);
    if (small.isEmpty()) {
      return files.read(digest);
    }
    byte[] bytes = new byte[small.get().remaining()];
    small.get().get(bytes);
    return Optional.of(bytes);
  }

  @Override
  public Optional<Path> file(Digest digest, long size) throws IOException {
    return isSmall(size) ? Optional.empty() : files.file(digest, size);
  }

  @Override
  public Path incoming(Digest digest) throws IOException {
    return files.incoming(digest);
  }

  @Override
  public void expectRestores() {
    restoring = true;
  }

  @Override
  public Optional<Path> second(Digest digest) throws IOException {
    return restoring && linked.copies() ? Optional.of(files.temporary()) : Optional.empty();
  }

  @Override
  public void adopt(Path received, Path second, Digest digest, long size) throws IOException {
    // The first one was written through the system's cache: whoever reads the work tree next
    // finds it there.
    files.publish(second, new Blob(digest, size));
    files.spare(received, digest);
  }

  @Override
  public void adopt(Path received, Digest digest, long size) throws IOException {
    files.publish(received, new Blob(digest, size));
  }

  @Override
  public void release() throws IOException {
    try {
      packs.release();
    } finally {
      files.release();
    }
  }
}
