package dev.ftpipe.model.tensor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file as a stream. The same tensors in the same order give the same bytes,
 * and what the reference implementation wrote comes out the same again.
 */
public final class SafetensorsWriter implements AutoCloseable {
  private static final int ALIGNMENT = 8;

  private final Path file;
  private final List<TensorSpec> tensors;
  private final FileChannel channel;
  private int current;
  private long writtenOfCurrent;

  private SafetensorsWriter(Path file, List<TensorSpec> tensors, FileChannel channel) {
    this.file = file;
    this.tensors = tensors;
    this.channel = channel;
  }

  /**
   * Creates the file, replacing one that is there, and writes its header.
   *
   * @param tensors all that will be written, in this order
   * @param metadata for the header; nothing is written when empty
   */
  public static SafetensorsWriter create(
      Path file, List<TensorSpec> tensors, Map<String, String> metadata) throws IOException {
    List<TensorSpec> order = List.copyOf(tensors);
    ByteBuffer header = header(order, metadata);
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    SafetensorsWriter writer = new SafetensorsWriter(file, order, channel);
    try {
      writer.writeFully(header);
    } catch (IOException | RuntimeException e) {
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
    return writer;
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
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
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
    skipFinished();
    if (current == tensors.size() || !tensors.get(current).name().equals(name)) {
      throw new IllegalStateException(
          "tensor " + name + " is not the next one of " + file + ", which is " + next());
    }
    writtenOfCurrent += bytes.remaining();
    if (writtenOfCurrent > tensors.get(current).byteLength()) {
      throw new IllegalStateException("tensor " + name + " was declared shorter");
    }
    writeFully(bytes);
  }

  private void skipFinished() {
    while (current < tensors.size() && writtenOfCurrent == tensors.get(current).byteLength()) {
      current++;
      writtenOfCurrent = 0;
    }
  }

  private String next() {
    return current == tensors.size() ? "none" : tensors.get(current).name();
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Ends the file. An incomplete one is removed.
   *
   * @throws IllegalStateException when a declared tensor was not written in full
   */
  @Override
  public void close() throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    channel.close();
    skipFinished();
    if (current < tensors.size()) {
      Files.deleteIfExists(file);
      throw new IllegalStateException(file + " ends before tensor " + next() + " is complete");
    }
  }
}
