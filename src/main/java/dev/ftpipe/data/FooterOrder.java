package dev.ftpipe.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * Gives the lists of encodings in a parquet footer a fixed order. parquet-java collects them in a
 * hash set of enum constants, whose order changes from one run of the JVM to another.
 */
final class FooterOrder {
  /** Length of the footer, little-endian, and the magic. */
  private static final int TRAILER = 8;

  private FooterOrder() {}

  /** Rewrites the footer of a file that was just written, in place: the length stays the same. */
  static void fix(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = channel.size() - TRAILER;
      int length =
          ByteBuffer.wrap(read(channel, end, Integer.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN)
              .getInt();
      byte[] footer = read(channel, end - length, length);
      FileMetaData metadata = Util.readFileMetaData(new ByteArrayInputStream(footer));
      for (RowGroup group : metadata.getRow_groups()) {
        for (ColumnChunk column : group.getColumns()) {
          List<Encoding> encodings = new ArrayList<>(column.getMeta_data().getEncodings());
          Collections.sort(encodings);
          column.getMeta_data().setEncodings(encodings);
        }
      }
      ByteArrayOutputStream fixed = new ByteArrayOutputStream(length);
      Util.writeFileMetaData(metadata, fixed);
      if (fixed.size() != length) {
        throw new IllegalStateException(
            "the footer of " + file + " changed its length from " + length + " to " + fixed.size());
      }
      ByteBuffer bytes = ByteBuffer.wrap(fixed.toByteArray());
      for (long at = end - length; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    }
  }

  private static byte[] read(FileChannel channel, long at, int length) throws IOException {
    byte[] content = new byte[length];
    ByteBuffer bytes = ByteBuffer.wrap(content);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new IllegalStateException("the file ends within its footer");
      }
    }
    return content;
  }
}
