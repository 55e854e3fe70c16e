package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.apache.parquet.format.FileMetaData;
import shaded.parquet.org.apache.thrift.TException;

/** Finds and reads the footer of a parquet file: magic, data, footer, its length, magic. */
final class ParquetFooter {
  private static final String MAGIC = "PAR1";
  private static final String ENCRYPTED_MAGIC = "PARE";
  private static final int TRAILER = 8;
  private static final int SHORTEST = MAGIC.length() + TRAILER;

  private ParquetFooter() {}

  /**
   * Reads the footer.
   *
   * @param name of the file, for messages
   */
  static FileMetaData read(FileChannel channel, String name) throws IOException {
    long size = channel.size();
    if (size == 0) {
      throw FtpipeException.pipeline(name + ": empty file; expected a parquet file");
    }
    ByteBuffer head = bytes(channel, 0, (int) Math.min(size, 64));
    String first = text(head, 0);
    if (size < SHORTEST) {
      throw FtpipeException.pipeline(
          first.equals(MAGIC)
              ? name + ": cut short: " + size + " bytes are too few to hold a parquet footer"
              : name + ": not a parquet file: " + FileGuess.of(head));
    }
    ByteBuffer trailer = bytes(channel, size - TRAILER, TRAILER);
    String last = text(trailer, 4);
    if (last.equals(ENCRYPTED_MAGIC) || first.equals(ENCRYPTED_MAGIC)) {
      throw FtpipeException.pipeline(
          name + ": encrypted parquet (magic PARE) cannot be read; decrypt it first");
    }
    if (!first.equals(MAGIC) && !last.equals(MAGIC)) {
      throw FtpipeException.pipeline(name + ": not a parquet file: " + FileGuess.of(head));
    }
    if (!last.equals(MAGIC)) {
      throw FtpipeException.pipeline(
          name
              + ": no parquet footer at the end (the magic PAR1 is missing there); the file is cut"
              + " short: fetch it again");
    }
    if (!first.equals(MAGIC)) {
      throw FtpipeException.pipeline(
          name
              + ": the magic PAR1 is missing at the beginning; the file is damaged: fetch it again");
    }
    return parse(channel, size, trailer.getInt(0), name);
  }

  private static FileMetaData parse(FileChannel channel, long size, int length, String name)
      throws IOException {
    if (length <= 0 || length > size - SHORTEST) {
      throw FtpipeException.pipeline(
          name
              + ": a parquet footer of "
              + length
              + " bytes does not fit into a file of "
              + size
              + "; the file is damaged: fetch it again");
    }
    long start = size - TRAILER - length;
    try (var in = new BufferedInputStream(new ChannelInput(channel, start, start + length))) {
      return ParquetThrift.footer(in, length);
    } catch (TException | RuntimeException e) {
      throw FtpipeException.pipeline(
          name + ": the parquet footer cannot be read; the file is damaged: fetch it again", e);
    }
  }

  private static ByteBuffer bytes(FileChannel channel, long position, int length)
      throws IOException {
    byte[] bytes = new byte[length];
    try (ChannelInput in = new ChannelInput(channel, position, position + length)) {
      in.readNBytes(bytes, 0, length);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String text(ByteBuffer bytes, int from) {
    int to = Math.min(from + MAGIC.length(), bytes.capacity());
    return StandardCharsets.ISO_8859_1
        .decode(bytes.duplicate().position(from).limit(to))
        .toString();
  }
}
