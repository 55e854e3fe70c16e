package dev.ftpipe.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.IoProblem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What stages did since the lock file was written, a line each, so that finishing a stage costs one
 * write however many stages there are. Its first line names the lock file that it extends by
 * digest: over any other, from another branch or written since, it says nothing. The lines outlive
 * the process, not a power cut, which can tear them: each has a checksum, and the first that does
 * not match ends the journal.
 */
final class Journal implements AutoCloseable {
  private static final String HEADER = "ftpipe journal 1 ";
  private static final int CHECKSUM_DIGITS = 8;

  private final Path file;
  private @Nullable FileChannel channel;

  Journal(Path file) {
    this.file = file;
  }

  /** What it adds to the lock file of these bytes, in the order in which it happened. */
  static List<LockReader.Line> read(Path file, byte[] lock) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<LockReader.Line> lines = new ArrayList<>();
    byte[] header = header(lock);
    int at = header.length;
    if (bytes.length < at || !Arrays.equals(bytes, 0, at, header, 0, at)) {
      return lines;
    }
    for (int end = end(bytes, at); end >= 0; end = end(bytes, at)) {
      int start = at + CHECKSUM_DIGITS + 1;
      if (start >= end || !checksum(bytes, start, end).equals(ascii(bytes, at, start))) {
        break;
      }
      try {
        lines.add(LockReader.parseLine(Arrays.copyOfRange(bytes, start, end)));
      } catch (JsonProcessingException e) {
        break;
      }
      at = end + 1;
    }
    return lines;
  }

  private static int end(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static byte[] header(byte[] lock) {
    return (HEADER + Digest.of(lock).hex() + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static String checksum(byte[] bytes, int start, int end) {
    CRC32 crc = new CRC32();
    crc.update(bytes, start, end - start);
    String digits = Long.toHexString(crc.getValue());
    return "0".repeat(CHECKSUM_DIGITS - digits.length()) + digits + " ";
  }

  private static String ascii(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
  }

  /** A new journal that extends the lock file of these bytes. */
  void begin(byte[] lock) throws IOException {
    close();
    FileChannel opened =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    channel = opened;
    write(opened, header(lock));
  }

  boolean isOpen() {
    return channel != null;
  }

  /** Adds a line; when this returns, it survives the end of the process. */
  void add(LockReader.Line line) throws IOException {
    byte[] json = LockWriter.text(line);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(json.length + CHECKSUM_DIGITS + 2);
    bytes.writeBytes(checksum(json, 0, json.length).getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(json);
    bytes.write('\n');
    FileChannel open = channel;
    if (open == null) {
      throw new IllegalStateException("the journal is not open");
    }
    write(open, bytes.toByteArray());
  }

  // Half a line, for which the disk had room, would hide those that follow it.
  private void write(FileChannel open, byte[] bytes) throws IOException {
    long before = open.position();
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        open.write(buffer);
      }
    } catch (IOException e) {
      open.truncate(before);
      throw IoProblem.writing(file, e);
    }
  }

  /** Ends the journal: the lock file says it all. */
  void remove() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}
