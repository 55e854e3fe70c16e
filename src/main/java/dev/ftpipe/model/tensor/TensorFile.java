package dev.ftpipe.model.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A file of tensors that is written from front to end, in pieces: a header, then the tensors in the
 * order that it tells, each beginning at a multiple of the alignment.
 */
public final class TensorFile {
  private final Path file;
  private final List<Part> parts;
  private final FileChannel channel;
  private final int alignment;
  private int current;
  private long writtenOfCurrent;

  private TensorFile(Path file, List<Part> parts, FileChannel channel, int alignment) {
    this.file = file;
    this.parts = parts;
    this.channel = channel;
    this.alignment = alignment;
  }

  /**
   * A tensor.
   *
   * @param byteLength without what is between it and the next one
   */
  public record Part(String name, long byteLength) {}

  /** Creates the file, replacing one that is there, and writes its header. */
  public static TensorFile create(Path file, ByteBuffer header, List<Part> parts, int alignment)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    TensorFile made = new TensorFile(file, List.copyOf(parts), channel, alignment);
    try {
      made.writeFully(header);
      made.pad();
    } catch (IOException | RuntimeException e) {
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
    return made;
  }

  /** The length with what has to follow, so that the next tensor is aligned. */
  public static long padded(long length, int alignment) {
    return (length + alignment - 1) / alignment * alignment;
  }

  /**
   * Appends bytes of a tensor, all of them or the next piece; the buffer's position moves to its
   * limit.
   *
   * @throws IllegalStateException when another tensor is the next one, or this one is full
   */
  public void write(String name, ByteBuffer bytes) throws IOException {
    skipFinished();
    if (current == parts.size() || !parts.get(current).name().equals(name)) {
      throw new IllegalStateException(
          "tensor " + name + " is not the next one of " + file + ", which is " + next());
    }
    writtenOfCurrent += bytes.remaining();
    if (writtenOfCurrent > parts.get(current).byteLength()) {
      throw new IllegalStateException("tensor " + name + " was declared shorter");
    }
    writeFully(bytes);
    if (writtenOfCurrent == parts.get(current).byteLength()) {
      pad();
    }
  }

  private void skipFinished() {
    while (current < parts.size() && writtenOfCurrent == parts.get(current).byteLength()) {
      current++;
      writtenOfCurrent = 0;
    }
  }

  private String next() {
    return current == parts.size() ? "none" : parts.get(current).name();
  }

  private void pad() throws IOException {
    long position = channel.position();
    writeFully(ByteBuffer.allocate((int) (padded(position, alignment) - position)));
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Ends the file; one that is not complete is removed. Nothing happens the second time.
   *
   * @return the tensor that is not complete, if any
   */
  public Optional<String> end() throws IOException {
    if (!channel.isOpen()) {
      return Optional.empty();
    }
    channel.close();
    skipFinished();
    if (current == parts.size()) {
      return Optional.empty();
    }
    Files.deleteIfExists(file);
    return Optional.of(next());
  }
}
