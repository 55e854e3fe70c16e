package dev.ftpipe.model.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Collects the key-value pairs of a GGUF file in the order in which they are written. */
final class MetadataWriter {
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int TEXT = 8;
  private static final int LIST = 9;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int count;

  void number(String key, long value) {
    entry(key, UINT32);
    number(value, 4);
  }

  void real(String key, double value) {
    entry(key, FLOAT32);
    number(Float.floatToRawIntBits((float) value), 4);
  }

  void bool(String key, boolean value) {
    entry(key, BOOL);
    number(value ? 1 : 0, 1);
  }

  void text(String key, String value) {
    entry(key, TEXT);
    text(value);
  }

  void texts(String key, List<String> values) {
    list(key, TEXT, values.size());
    values.forEach(this::text);
  }

  void numbers(String key, List<Long> values) {
    list(key, INT32, values.size());
    values.forEach(value -> number(value, 4));
  }

  void reals(String key, List<Double> values) {
    list(key, FLOAT32, values.size());
    values.forEach(value -> number(Float.floatToRawIntBits(value.floatValue()), 4));
  }

  /** The number of pairs. */
  int count() {
    return count;
  }

  /** The pairs as they stand in the file. */
  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void list(String key, int type, int size) {
    entry(key, LIST);
    number(type, 4);
    number(size, 8);
  }

  private void entry(String key, int type) {
    count++;
    text(key);
    number(type, 4);
  }

  private void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    number(utf8.length, 8);
    bytes.writeBytes(utf8);
  }

  private void number(long value, int length) {
    byte[] all =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    bytes.write(all, 0, length);
  }
}
