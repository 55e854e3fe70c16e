package dev.ftpipe.store.compress;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.FileSource;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compresses some objects of a place. One that is compressed is stored as {@code KEY.SIZE.zst},
 * with the size of its bytes as they are, so that a listing says all that anybody asks.
 */
public final class CompressedObjects implements ObjectStore {
  private static final Pattern STORED = Pattern.compile("(.+)\\.([0-9]{1,18})\\.zst");
  private static final int ZEROS = 1 << 16;

  /** Of the bytes as they are; more than any server takes, and its table fits into memory. */
  private static final long LARGEST = 1L << 43;

  private final ObjectStore place;
  private final Compression compression;
  private final Predicate<String> compressible;
  private final Supplier<Path> temporary;
  private final Map<String, Form> known = new ConcurrentHashMap<>();
  private final Map<String, Frames> tables = new ConcurrentHashMap<>();
  private final Set<String> listed = ConcurrentHashMap.newKeySet();

  /** A compressed object. */
  private record Form(String key, long size, Stored stored) {
    Stored plain() {
      return new Stored(key, size, stored.tag(), stored.modified());
    }
  }

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
  }

  @Override
  public String location() {
    return place.location();
  }

  private Optional<Form> form(Stored stored) {
    Matcher match = STORED.matcher(stored.key());
    if (!match.matches() || !compressible.test(match.group(1))) {
      return Optional.empty();
    }
    Form form = new Form(match.group(1), Long.parseLong(match.group(2)), stored);
    return form.size() <= LARGEST ? Optional.of(form) : Optional.empty();
  }

  @Override
  public void list(String prefix, Consumer<Stored> each) throws IOException {
    String[] last = {""};
    place.list(
        prefix,
        stored -> {
          Optional<Form> form = form(stored);
          form.ifPresent(it -> known.put(it.key(), it));
          Stored plain = form.map(Form::plain).orElse(stored);
          // Who wrote an object and who compressed it may have been two: they follow each other.
          if (!plain.key().equals(last[0])) {
            last[0] = plain.key();
            each.accept(plain);
          }
        });
    listed.add(prefix);
  }

  @Override
  public Optional<Stored> find(String key) throws IOException {
    Optional<Stored> plain = place.find(key);
    return plain.isPresent() ? plain : look(key).map(Form::plain);
  }

  private Optional<Form> look(String key) throws IOException {
    if (!compressible.test(key)) {
      return Optional.empty();
    }
    known.remove(key);
    place.list(
        key + ".",
        stored ->
            form(stored).filter(it -> it.key().equals(key)).ifPresent(it -> known.put(key, it)));
    return Optional.ofNullable(known.get(key));
  }

  @Override
  public Optional<byte[]> read(String key, int most) throws IOException {
    return place.read(key, most);
  }

  @Override
  public boolean read(String key, long offset, long length, Sink sink) throws IOException {
    Optional<Form> form = Optional.ofNullable(known.get(key));
    if (form.isPresent() && unpack(form.get(), offset, length, sink)) {
      return true;
    }
    if (place.read(key, offset, length, sink)) {
      return true;
    }
    Optional<Form> present = look(key);
    return present.isPresent() && unpack(present.get(), offset, length, sink);
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
        || source.size() > LARGEST
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
      Optional<Form> form =
          listed.stream().anyMatch(key::startsWith)
              ? Optional.ofNullable(known.get(key))
              : look(key);
      form.ifPresent(it -> all.add(it.stored().key()));
      known.remove(key);
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
