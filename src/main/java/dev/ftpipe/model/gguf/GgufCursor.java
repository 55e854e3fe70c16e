package dev.ftpipe.model.gguf;

import dev.ftpipe.base.FtpipeException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads the header of a GGUF file front to back; nothing is read or allocated beyond its end. */
final class GgufCursor {
  private final Path file;
  private final ByteBuffer bytes;

  /**
   * Starts at the buffer's position.
   *
   * @param bytes little-endian
   */
  GgufCursor(Path file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  long position() {
    return bytes.position();
  }

  int u8(String what) {
    need(1, what);
    return bytes.get() & 0xff;
  }

  int i16(String what) {
    need(2, what);
    return bytes.getShort();
  }

  int i32(String what) {
    need(4, what);
    return bytes.getInt();
  }

  long u32(String what) {
    return Integer.toUnsignedLong(i32(what));
  }

  long i64(String what) {
    need(8, what);
    return bytes.getLong();
  }

  float f32(String what) {
    need(4, what);
    return bytes.getFloat();
  }

  double f64(String what) {
    need(8, what);
    return bytes.getDouble();
  }

  /**
   * A number of things that follow.
   *
   * @param smallest bytes that one of them takes at least
   */
  int count(String what, int smallest) {
    long count = i64(what);
    if (count < 0 || count > bytes.remaining() / smallest) {
      throw broken(
          what
              + " is "
              + Long.toUnsignedString(count)
              + ", more than the "
              + bytes.remaining()
              + " bytes that follow can hold");
    }
    return (int) count;
  }

  String text(String what) {
    int length = count("the length of " + what, 1);
    ByteBuffer slice = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
    } catch (CharacterCodingException e) {
      throw broken(what + " is not valid UTF-8");
    }
  }

  private void need(int length, String what) {
    if (bytes.remaining() < length) {
      throw broken("it ends inside " + what + ": it is cut short");
    }
  }

  FtpipeException broken(String what) {
    return FtpipeException.pipeline(
        file + ": not a valid GGUF file: " + what + "; fetch or write it again");
  }
}
