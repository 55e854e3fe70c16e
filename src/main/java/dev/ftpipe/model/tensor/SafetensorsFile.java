package dev.ftpipe.model.tensor;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A safetensors file, opened for reading by memory map. Safe for use by several threads. */
public final class SafetensorsFile implements TensorSource, AutoCloseable {
  /**
   * The Hub's own reader refuses longer headers; those of the largest models have a tenth of it. A
   * header is held several times over while it is read.
   */
  private static final long MAX_HEADER_BYTES = 25_000_000;

  private static final int LENGTH_BYTES = 8;
  private static final String GIT_LFS = "version ";

  /** Windows of the map begin at multiples of this and are up to twice as long. */
  private static final long WINDOW_BYTES = 1L << 30;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final long dataStart;
  private final SafetensorsHeader header;
  private final Map<Long, ByteBuffer> windows = new ConcurrentHashMap<>();

  private SafetensorsFile(
      Path file, FileChannel channel, long size, long dataStart, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.size = size;
    this.dataStart = dataStart;
    this.header = header;
  }

  /**
   * Opens a file and checks its whole header.
   *
   * @throws FtpipeException when it is missing or malformed; names the file, the tensor, what was
   *     found and what was expected
   */
  public static SafetensorsFile open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw FtpipeException.pipeline(
          file + (Files.exists(file) ? ": not a file" : ": no such file"));
    }
    FileChannel channel = FileChannel.open(file);
    try {
      long size = channel.size();
      long length = headerLength(file, channel, size);
      byte[] json = new byte[(int) length];
      readFully(channel, ByteBuffer.wrap(json), LENGTH_BYTES);
      long dataStart = LENGTH_BYTES + length;
      SafetensorsHeader header = SafetensorsHeader.parse(file, json, size - dataStart);
      return new SafetensorsFile(file, channel, size, dataStart, header);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static long headerLength(Path file, FileChannel channel, long size) throws IOException {
    if (size < LENGTH_BYTES) {
      throw SafetensorsHeader.broken(
          file, "it has " + size + " bytes, fewer than the 8 of the header's length");
    }
    ByteBuffer first = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, first, 0);
    if (new String(first.array(), StandardCharsets.US_ASCII).equals(GIT_LFS)) {
      throw SafetensorsHeader.broken(
          file, "it is a Git LFS pointer: 'git lfs pull' is still to be run");
    }
    long length = first.getLong(0);
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw SafetensorsHeader.broken(
          file,
          "its header claims "
              + Long.toUnsignedString(length)
              + " bytes, more than the permitted "
              + MAX_HEADER_BYTES);
    }
    if (length > size - LENGTH_BYTES) {
      throw SafetensorsHeader.broken(
          file, "its header claims " + length + " bytes, but the file has only " + size);
    }
    return length;
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, at + into.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
  }

  /** The free-form texts of the header's {@code __metadata__}. */
  public Map<String, String> metadata() {
    return Map.copyOf(header.metadata());
  }

  @Override
  public List<String> names() {
    return List.copyOf(header.tensors().keySet());
  }

  @Override
  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(header.tensors().get(name));
  }

  @Override
  public ByteBuffer bytes(String name, long from, int length) {
    TensorInfo info = info(name);
    Objects.checkFromIndexSize(from, length, info.byteLength());
    long start = dataStart + info.offset() + from;
    if (length > WINDOW_BYTES) {
      return map(start, length);
    }
    long window = start / WINDOW_BYTES;
    ByteBuffer mapped =
        windows.computeIfAbsent(
            window,
            index -> {
              long begin = index * WINDOW_BYTES;
              return map(begin, Math.min(size - begin, 2 * WINDOW_BYTES - 1));
            });
    return mapped
        .slice((int) (start - window * WINDOW_BYTES), length)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void read(String name, long from, ByteBuffer into) throws IOException {
    TensorInfo info = info(name);
    Objects.checkFromIndexSize(from, into.remaining(), info.byteLength());
    long at = dataStart + info.offset() + from - into.position();
    readFully(channel, into, at);
  }

  private ByteBuffer map(long start, long length) {
    try {
      MappedByteBuffer mapped = channel.map(MapMode.READ_ONLY, start, length);
      return mapped.order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot map " + file, e);
    }
  }

  @Override
  public String origin() {
    return file.toString();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
