package dev.ftpipe.model.gguf;

import dev.ftpipe.model.tensor.TensorFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Writes a GGUF file (version 3) as a stream. The same content gives the same bytes. */
final class GgufWriter implements AutoCloseable {
  private static final int MAGIC = 0x46554747;
  private static final int VERSION = 3;
  private static final int ALIGNMENT = 32;

  private final TensorFile out;

  private GgufWriter(TensorFile out) {
    this.out = out;
  }

  /**
   * Creates the file, replacing one that is there, and writes all that comes before the tensors.
   *
   * @param tensors all that will be written, in this order; their offsets are not looked at
   */
  static GgufWriter create(Path file, MetadataWriter metadata, List<GgufTensor> tensors)
      throws IOException {
    List<TensorFile.Part> parts =
        tensors.stream()
            .map(tensor -> new TensorFile.Part(tensor.name(), tensor.byteLength()))
            .toList();
    ByteBuffer header = ByteBuffer.wrap(header(metadata, tensors));
    return new GgufWriter(TensorFile.create(file, header, parts, ALIGNMENT));
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
      offset = Math.addExact(offset, TensorFile.padded(tensor.byteLength(), ALIGNMENT));
    }
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, int length, long value) {
    byte[] all =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(all, 0, length);
  }

  /**
   * Appends bytes of the next tensor, all of them or a piece; the buffer's position moves to its
   * limit.
   */
  void write(String name, ByteBuffer bytes) throws IOException {
    out.write(name, bytes);
  }

  /** Ends the file; one that is not complete is removed. */
  @Override
  public void close() throws IOException {
    out.end();
  }
}
