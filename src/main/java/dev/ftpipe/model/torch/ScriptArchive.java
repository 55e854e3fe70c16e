package dev.ftpipe.model.torch;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the file that {@code torch.jit.load} reads, from source text alone: an uncompressed zip
 * with the source files, a pickle of the module object (its class and attributes) and an empty
 * table of constants.
 */
final class ScriptArchive {
  private static final String FORMAT_VERSION = "10\n";
  private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private ScriptArchive() {}

  /**
   * The archive of one module.
   *
   * @param module the module's name in {@code __torch__}, whose source defines {@code type}
   * @param type the class of the module object
   * @param sources source text by module name
   * @param attributes the fields of the object: Integer, Double or Boolean
   */
  static byte[] of(
      String module, String type, Map<String, String> sources, Map<String, ?> attributes)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      entry(zip, "data.pkl", pickle("__torch__." + module, type, attributes));
      for (Map.Entry<String, String> source : sources.entrySet()) {
        byte[] text = source.getValue().getBytes(StandardCharsets.UTF_8);
        entry(zip, "code/__torch__/" + source.getKey() + ".py", text);
      }
      entry(zip, "constants.pkl", NO_CONSTANTS);
      entry(zip, "version", FORMAT_VERSION.getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] data) throws IOException {
    ZipEntry entry = new ZipEntry("archive/" + name);
    entry.setMethod(ZipEntry.STORED);
    CRC32 crc = new CRC32();
    crc.update(data);
    entry.setCrc(crc.getValue());
    entry.setSize(data.length);
    entry.setCompressedSize(data.length);
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }

  /** Pickle protocol 2 of an object without arguments and with a dict of attributes. */
  private static byte[] pickle(String module, String type, Map<String, ?> attributes)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x80, 2});
    out.writeBytes("c" + module + "\n" + type + "\n");
    out.write(new byte[] {')', (byte) 0x81, '}', '('});
    value(out, "training");
    value(out, true);
    for (Map.Entry<String, ?> attribute : attributes.entrySet()) {
      value(out, attribute.getKey());
      value(out, attribute.getValue());
    }
    out.writeBytes("ub.");
    return bytes.toByteArray();
  }

  private static void value(DataOutputStream out, Object value) throws IOException {
    if (value instanceof Integer number) {
      out.write('J');
      out.write(littleEndian(number));
    } else if (value instanceof Double number) {
      out.write('G');
      out.writeDouble(number);
    } else if (value instanceof Boolean flag) {
      out.write(flag ? 0x88 : 0x89);
    } else if (value instanceof String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      out.write('X');
      out.write(littleEndian(utf8.length));
      out.write(utf8);
    } else {
      throw new IllegalArgumentException("no pickle for " + value.getClass());
    }
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
