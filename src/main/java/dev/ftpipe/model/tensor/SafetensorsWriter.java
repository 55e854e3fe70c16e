package dev.ftpipe.model.tensor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a safetensors file as a stream. The same tensors in the same order give the same bytes,
 * and what the reference implementation wrote comes out the same again.
 */
public final class SafetensorsWriter implements AutoCloseable {
  private static final int ALIGNMENT = 8;

  /** Nothing is between the tensors. */
  private static final int PACKED = 1;

  private final Path file;
  private final TensorFile out;

  private SafetensorsWriter(Path file, TensorFile out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Creates the file, replacing one that is there, and writes its header.
   *
   * @param tensors all that will be written, in this order
   * @param metadata for the header; nothing is written when empty
   */
  public static SafetensorsWriter create(
      Path file, List<TensorSpec> tensors, Map<String, String> metadata) throws IOException {
    List<TensorFile.Part> parts =
        tensors.stream()
            .map(tensor -> new TensorFile.Part(tensor.name(), tensor.byteLength()))
            .toList();
    return new SafetensorsWriter(
        file, TensorFile.create(file, header(tensors, metadata), parts, PACKED));
  }

  private static ByteBuffer header(List<TensorSpec> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode root = Json.mapper().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject(SafetensorsHeader.METADATA);
      metadata.forEach(texts::put);
    }
    long offset = 0;
    for (TensorSpec tensor : tensors) {
      if (root.has(tensor.name())) {
        throw new IllegalArgumentException("two tensors are called " + tensor.name());
      }
      ObjectNode node = root.putObject(tensor.name());
      node.put("dtype", tensor.dtype().safetensorsName());
      var shape = node.putArray("shape");
      tensor.shape().forEach(shape::add);
      long end = Math.addExact(offset, tensor.byteLength());
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = Json.mapper().writeValueAsBytes(root);
    int padded = Math.toIntExact(TensorFile.padded(json.length, ALIGNMENT));
    String spaces = " ".repeat(padded - json.length);
    return ByteBuffer.allocate(Long.BYTES + padded)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padded)
        .put(json)
        .put(spaces.getBytes(StandardCharsets.US_ASCII))
        .flip();
  }

  /**
   * Appends bytes of a tensor, all of them or the next piece; the buffer's position moves to its
   * limit. Tensors come in the declared order, each complete before the next.
   */
  public void write(String name, ByteBuffer bytes) throws IOException {
    out.write(name, bytes);
  }

  /**
   * Ends the file. An incomplete one is removed.
   *
   * @throws IllegalStateException when a declared tensor was not written in full
   */
  @Override
  public void close() throws IOException {
    Optional<String> incomplete = out.end();
    if (incomplete.isPresent()) {
      throw new IllegalStateException(
          file + " ends before tensor " + incomplete.get() + " is complete");
    }
  }
}
