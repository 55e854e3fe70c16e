package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import dev.ftpipe.store.pack.PackFormat;
import dev.ftpipe.store.pack.PackIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Copies blobs of some packs into new sealed ones, each blob once and checked. */
final class PackRewrite implements Closeable {
  private static final long FULL_BYTES = 64 << 20;
  private static final int FULL_BLOBS = 1 << 16;

  private final StoreLayout layout;
  private final TemporaryFiles temporaries;
  private final ByteBuffer record = ByteBuffer.allocate(PackFormat.HEADER_BYTES + PackFormat.SMALL);
  private final Set<Key> copied = new HashSet<>();
  private List<PackIndex.Entry> entries = new ArrayList<>();
  private MessageDigest sha256 = Digest.sha256();
  private @Nullable Path file;
  private @Nullable FileChannel out;
  private long length;

  PackRewrite(StoreLayout layout) {
    this.layout = layout;
    this.temporaries = new TemporaryFiles(layout);
  }

  /** Copies these blobs of a pack. One that is damaged ends it, before anything was removed. */
  void add(Pack pack, List<PackIndex.Entry> kept) throws IOException {
    for (PackIndex.Entry entry : kept) {
      if (!copied.add(entry.key())) {
        continue;
      }
      if (pack.read(entry.key(), entry.extent(), record) != Pack.Condition.SOUND) {
        throw FtpipeException.environment(
            "cache pack "
                + pack.file()
                + " is damaged: blob "
                + entry.key().digest().brief()
                + "… is needed, and its bytes are not right; run ftpipe verify --repair first",
            null);
      }
      write(record.flip());
      entries.add(
          new PackIndex.Entry(
              entry.key(), new Extent(length - entry.extent().length(), entry.extent().length())));
      if (length >= FULL_BYTES || entries.size() >= FULL_BLOBS) {
        end();
      }
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    FileChannel channel = out;
    Path path = file;
    if (channel == null || path == null) {
      path = temporaries.next();
      file = path;
      channel = LooseBlobs.create(path);
      out = channel;
      put(channel, ByteBuffer.wrap(PackFormat.start()), path);
    }
    put(channel, bytes, path);
  }

  private void put(FileChannel channel, ByteBuffer bytes, Path path) {
    sha256.update(bytes.duplicate());
    length += bytes.remaining();
    LooseBlobs.write(channel, bytes, path);
  }

  /** Seals the last pack; all blobs that were added are in their new packs then. */
  void end() throws IOException {
    if (out == null || file == null) {
      return;
    }
    try {
      // What it replaces is removed next: these bytes have to outlive a power cut.
      out.force(true);
      out.close();
      String name = Digest.finish(sha256).hex();
      entries.sort(Comparator.comparing(PackIndex.Entry::key));
      Files.createDirectories(layout.packs());
      PackIndex.write(layout.sealedIndex(name), length, entries);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
      Files.move(file, layout.sealedPack(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
    out = null;
    file = null;
    length = 0;
    entries = new ArrayList<>();
    sha256 = Digest.sha256();
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
    }
    if (file != null) {
      Files.deleteIfExists(file);
    }
    temporaries.release();
  }
}
