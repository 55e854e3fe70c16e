package dev.ftpipe.model.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Writes a GGUF file (version 3) as a stream. The same content gives the same bytes. */
final class GgufWriter implements AutoCloseable {
  private static final int MAGIC = 0x46554747;
  private static final int VERSION = 3;
  private static final int ALIGNMENT = 32;

  private final Path file;
  private final List<GgufTensor> tensors;
  private final FileChannel channel;
  private int current;
  private long writtenOfCurrent;

  private GgufWriter(Path file, List<GgufTensor> tensors, FileChannel channel) {
    this.file = file;
    this.tensors = tensors;
    this.channel = channel;
  }

  /**
   * Creates the file, replacing one that is there, and writes all that comes before the tensors.
   *
   * @param tensors all that will be written, in this order; their offsets are not looked at
   */
  static GgufWriter create(Path file, MetadataWriter metadata, List<GgufTensor> tensors)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    GgufWriter writer = new GgufWriter(file, List.copyOf(tensors), channel);
    try {
      writer.writeFully(ByteBuffer.wrap(header(metadata, tensors)));
      writer.pad();
    } catch (IOException | RuntimeException e) {
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
    return writer;
  }

  private static byte[] header(MetadataWriter metadata, List<GgufTensor> tensors) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    put(out, 4, MAGIC);
    put(out, 4, VERSION);
    put(out, 8, tensors.size());
    put(out, 8, metadata.count());
    out.writeBytes(metadata.toBytes());
    long offset = 0;
    for (GgufTensor tensor : tensors) {
      byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
      put(out, 8, name.length);
      out.writeBytes(name);
      put(out, 4, tensor.shape().size());
      for (int i = tensor.shape().size() - 1; i >= 0; i--) {
        put(out, 8, tensor.shape().get(i));
      }
      put(out, 4, tensor.type().id());
      put(out, 8, offset);
      offset = Math.addExact(offset, padded(tensor.byteLength()));
    }
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, int length, long value) {
    byte[] all =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(all, 0, length);
  }

  private static long padded(long length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /**
   * Appends bytes of the next tensor, all of them or a piece; the buffer's position moves to its
   * limit.
   */
  void write(String name, ByteBuffer bytes) throws IOException {
    if (current == tensors.size() || !tensors.get(current).name().equals(name)) {
      throw new IllegalStateException("tensor " + name + " is not the next one of " + file);
    }
    writtenOfCurrent += bytes.remaining();
    if (writtenOfCurrent > tensors.get(current).byteLength()) {
      throw new IllegalStateException("tensor " + name + " was declared shorter");
    }
    writeFully(bytes);
    if (writtenOfCurrent == tensors.get(current).byteLength()) {
      pad();
      current++;
      writtenOfCurrent = 0;
    }
  }

  private void pad() throws IOException {
    long position = channel.position();
    writeFully(ByteBuffer.allocate((int) (padded(position) - position)));
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Ends the file; one that is not complete is removed. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (current < tensors.size()) {
      Files.deleteIfExists(file);
    }
  }
}
