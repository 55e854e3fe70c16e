package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.FileSource;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.PackFormat;
import dev.ftpipe.store.remote.PackReads.Placed;
import dev.ftpipe.store.remote.PackReads.Read;
import dev.ftpipe.store.remote.RemoteLayout.IndexName;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Copies blobs out of packs of a remote into new packs there, each blob checked on the way. */
final class PackMerge implements Closeable {
  private final ObjectStore objects;
  private final PackIndexes indexes;
  private final Outgoing outgoing;
  private final Workers workers;
  private final Transfer transfer;
  private final Consumer<String> notes;
  private final Set<String> made = new HashSet<>();
  private @Nullable PackBuilder builder;
  private @Nullable Path file;

  PackMerge(
      ObjectStore objects,
      PackIndexes indexes,
      Outgoing outgoing,
      Workers workers,
      Transfer transfer,
      Consumer<String> notes) {
    this.objects = objects;
    this.indexes = indexes;
    this.outgoing = outgoing;
    this.workers = workers;
    this.transfer = transfer;
    this.notes = notes;
  }

  /**
   * Copies these blobs of a pack.
   *
   * @return whether all of them were right; otherwise the old pack has to stay
   */
  boolean add(List<Placed> blobs) throws IOException {
    boolean sound = true;
    for (Read read : PackReads.plan(blobs)) {
      byte[] bytes = new byte[read.length()];
      ByteBuffer into = ByteBuffer.wrap(bytes);
      boolean there =
          objects.read(
              RemoteLayout.pack(read.pack()), read.offset(), read.length(), part -> into.put(part));
      for (Placed each : read.blobs()) {
        int at = read.at(each);
        if (there && PackReads.isSound(bytes, at, each.blob())) {
          int from = at + PackFormat.HEADER_BYTES;
          add(
              each.blob().digest(),
              Arrays.copyOfRange(bytes, from, from + Math.toIntExact(each.blob().size())));
        } else {
          sound = false;
          notes.accept(
              "blob "
                  + each.blob().digest().brief()
                  + "… is damaged in "
                  + objects.location()
                  + RemoteLayout.pack(read.pack())
                  + "; the pack stays as it is, ftpipe verify -c --repair mends it");
        }
      }
    }
    return sound;
  }

  /** Adds a blob. */
  void add(Digest digest, byte[] bytes) throws IOException {
    PackBuilder current = builder;
    if (current == null) {
      Path path = outgoing.next();
      file = path;
      current = new PackBuilder(path);
      builder = current;
    }
    current.add(digest, bytes);
    if (current.isFull()) {
      end();
    }
  }

  /** Sends the last pack; when this returns, all new packs are there with their indexes. */
  void end() throws IOException {
    PackBuilder last = builder;
    Path path = file;
    if (last == null || path == null) {
      return;
    }
    Digest name = last.finish(indexes);
    made.add(name.hex());
    builder = null;
    file = null;
    ObjectStore.Source source = FileSource.of(path);
    new ObjectUpload(
            name,
            source,
            objects.upload(RemoteLayout.pack(name.hex()), source),
            transfer,
            found -> {
              throw new IllegalStateException("a pack changed while it was sent");
            },
            () -> {
              byte[] index = Files.readAllBytes(indexes.file(name.hex()));
              objects.write(IndexName.of(name, Digest.of(index)).key(), index);
              Files.deleteIfExists(path);
            })
        .submitTo(workers, outgoing.wholeSends());
    workers.await();
  }

  /** Whether it made this pack: by chance it may be one that is to be replaced. */
  boolean made(String pack) {
    return made.contains(pack);
  }

  /** A blob of a pack, to be copied. */
  static Placed placed(String pack, Digest digest, Extent extent) {
    return new Placed(new Blob(digest, extent.length()), new PackIndexes.Location(pack, extent));
  }

  @Override
  public void close() throws IOException {
    if (builder != null) {
      builder.close();
    }
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }
}
