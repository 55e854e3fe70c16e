package dev.ftpipe.store.compress;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.FileSource;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.compress.Forms.Form;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Compresses some objects of a place. One that is compressed is stored as {@code KEY.SIZE.zst},
 * with the size of its bytes as they are, so that a listing says all that anybody asks.
 */
public final class CompressedObjects implements ObjectStore {
  private static final int ZEROS = 1 << 16;

  private final ObjectStore place;
  private final Compression compression;
  private final Predicate<String> compressible;
  private final Supplier<Path> temporary;
  private final Forms forms;
  private final Map<String, Frames> tables = new ConcurrentHashMap<>();

  /**
   * Objects of a place.
   *
   * @param compressible keys of objects that never change and may be compressed
   * @param temporary a new name for a file on its way
   */
  public CompressedObjects(
      ObjectStore place,
      Compression compression,
      Predicate<String> compressible,
      Supplier<Path> temporary) {
    this.place = place;
    this.compression = compression;
    this.compressible = compressible;
    this.temporary = temporary;
    this.forms = new Forms(place, compressible);
  }

  @Override
  public String location() {
    return place.location();
  }

  @Override
  public void list(String prefix, Consumer<Stored> each) throws IOException {
    String[] last = {""};
    place.list(
        prefix,
        stored -> {
          Stored plain = forms.learn(stored).map(Form::plain).orElse(stored);
          // Who wrote an object and who compressed it may have been two: they follow each other.
          if (!plain.key().equals(last[0])) {
            last[0] = plain.key();
            each.accept(plain);
          }
        });
    forms.listed(prefix);
  }

  @Override
  public Optional<Stored> find(String key) throws IOException {
    Optional<Stored> plain = place.find(key);
    return plain.isPresent() ? plain : forms.look(key).map(Form::plain);
  }

  @Override
  public Optional<byte[]> read(String key, int most) throws IOException {
    return place.read(key, most);
  }

  @Override
  public boolean read(String key, long offset, long length, Sink sink) throws IOException {
    if (forms.findsOut(key)) {
      try {
        return readUnknown(key, offset, length, sink);
      } finally {
        forms.isFoundOut(key);
      }
    }
    Optional<Form> form = forms.known(key);
    return (form.isPresent() && unpack(form.get(), offset, length, sink))
        || readUnknown(key, offset, length, sink);
  }

  private boolean readUnknown(String key, long offset, long length, Sink sink) throws IOException {
    Sink told =
        part -> {
          forms.isFoundOut(key);
          sink.accept(part);
        };
    if (place.read(key, offset, length, told)) {
      return true;
    }
    Optional<Form> form = forms.look(key);
    forms.isFoundOut(key);
    return form.isPresent() && unpack(form.get(), offset, length, sink);
  }

  private boolean unpack(Form form, long offset, long length, Sink sink) throws IOException {
    Optional<Frames> table = table(form);
    if (table.isEmpty() || offset + length > form.size()) {
      return isThere(form) && fill(length, sink);
    }
    if (length == 0) {
      return isThere(form);
    }
    Frames frames = table.get();
    long start = frames.start(Frames.at(offset));
    long end = frames.start(Frames.at(offset + length - 1) + 1);
    try (Unpacking unpacking = new Unpacking(frames, offset, length, sink)) {
      return place.read(form.stored().key(), start, end - start, unpacking);
    }
  }

  private boolean isThere(Form form) throws IOException {
    return place.find(form.stored().key()).isPresent();
  }

  /** What cannot be unpacked has no right digest. */
  private static boolean fill(long length, Sink sink) throws IOException {
    for (long left = length; left > 0; left -= Math.min(left, ZEROS)) {
      sink.accept(ByteBuffer.allocate((int) Math.min(left, ZEROS)));
    }
    return true;
  }

  /** Of all that want the same table, the first one fetches it. */
  private synchronized Optional<Frames> table(Form form) throws IOException {
    Optional<Frames> frames = Optional.ofNullable(tables.get(form.stored().key()));
    if (frames.isEmpty()) {
      frames = fetch(form);
      frames.ifPresent(it -> tables.put(form.stored().key(), it));
    }
    return frames;
  }

  private Optional<Frames> fetch(Form form) throws IOException {
    long stored = form.stored().size();
    // No compression is better than this.
    if (form.size() / Frames.FRAME_BYTES > stored) {
      return Optional.empty();
    }
    int length = Frames.tableBytes(form.size());
    if (length > stored) {
      return Optional.empty();
    }
    ByteBuffer table = ByteBuffer.allocate(length);
    return place.read(form.stored().key(), stored - length, length, table::put)
        ? Frames.of(table.array(), form.size(), stored)
        : Optional.empty();
  }

  @Override
  public void write(String key, byte[] bytes) throws IOException {
    place.write(key, bytes);
  }

  @Override
  public boolean writeIfAbsent(String key, byte[] bytes) throws IOException {
    return place.writeIfAbsent(key, bytes);
  }

  @Override
  public boolean refusesOverwrite() throws IOException {
    return place.refusesOverwrite();
  }

  @Override
  public Upload upload(String key, Source source) throws IOException {
    if (compression == Compression.NONE
        || !compressible.test(key)
        || source.size() > Forms.LARGEST
        || !Probe.pays(source)) {
      return place.upload(key, source);
    }
    Path file = temporary.get();
    if (hasRoom(file, source.size())) {
      Digest digest = Frames.write(source, file);
      // The samples may have been better than the rest.
      if (Probe.isWorth(Files.size(file), source.size())) {
        Upload upload = place.upload(key + "." + source.size() + ".zst", FileSource.of(file));
        return new CompressedUpload(upload, file, digest);
      }
      Files.deleteIfExists(file);
    }
    return place.upload(key, source);
  }

  private static boolean hasRoom(Path file, long bytes) throws IOException {
    return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace() > bytes;
  }

  @Override
  public void delete(Collection<String> keys) throws IOException {
    List<String> all = new ArrayList<>();
    for (String key : keys) {
      all.add(key);
      forms.knownOrLook(key).ifPresent(it -> all.add(it.stored().key()));
      forms.forget(key);
    }
    place.delete(all);
  }

  @Override
  public int dropUnfinished(String prefix, int olderThanHours) throws IOException {
    return place.dropUnfinished(prefix, olderThanHours);
  }

  @Override
  public void close() {
    place.close();
  }
}
