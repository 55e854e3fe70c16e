package dev.ftpipe.model.gguf;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A GGUF file (version 2 or 3, little-endian), opened for reading by memory map. */
public final class GgufFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final GgufHeader header;

  private GgufFile(Path file, FileChannel channel, GgufHeader header) {
    this.file = file;
    this.channel = channel;
    this.header = header;
  }

  /**
   * Opens a file and checks its whole header.
   *
   * @throws FtpipeException when it is missing or malformed, or holds a tensor of a type other than
   *     those of {@link GgmlType}
   */
  public static GgufFile open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw FtpipeException.pipeline(
          file + (Files.exists(file) ? ": not a file" : ": no such file"));
    }
    FileChannel channel = FileChannel.open(file);
    try {
      long size = channel.size();
      ByteBuffer start =
          channel
              .map(MapMode.READ_ONLY, 0, Math.min(size, Integer.MAX_VALUE))
              .order(ByteOrder.LITTLE_ENDIAN);
      return new GgufFile(file, channel, GgufHeader.parse(file, start, size));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  public Path file() {
    return file;
  }

  public GgufMetadata metadata() {
    return header.metadata();
  }

  /** All tensors in the order of the file. */
  public List<GgufTensor> tensors() {
    return List.copyOf(header.tensors().values());
  }

  public Optional<GgufTensor> find(String name) {
    return Optional.ofNullable(header.tensors().get(name));
  }

  /**
   * The values of some rows of a tensor, dequantized, row-major.
   *
   * @param first the first row
   * @param count how many; together less than 2^31 bytes
   */
  public float[] rows(GgufTensor tensor, long first, int count) {
    Objects.checkFromIndexSize(first, count, tensor.rows());
    float[] values = new float[Math.toIntExact(count * tensor.rowElements())];
    try {
      ByteBuffer bytes =
          channel.map(
              MapMode.READ_ONLY,
              tensor.offset() + first * tensor.rowBytes(),
              count * tensor.rowBytes());
      Dequantizer.dequantize(tensor.type(), bytes, values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot map " + file, e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
