package dev.ftpipe.data;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;

/**
 * Looks through the counts and lengths inside a page before the library's decoders size arrays by
 * them.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/data-pages/encodings/">Encodings</a>
 */
final class PageGuard {
  private static final int MAX_BIT_WIDTH = 32;

  /** Values in a group of a bit-packed run. */
  private static final int GROUP = 8;

  /** What writers pad a bit-packed run with at most: its header is one byte. */
  private static final int PADDED_GROUPS = 64;

  private static final int MAX_DELTA_BLOCK = 1 << 20;

  /** Length of the last text of the page before: DELTA_BYTE_ARRAY may refer to it. */
  private long previousLength;

  /** Checks levels of one bit each, in runs. */
  void levels(ByteBuffer runs, int values) throws IOException {
    runs(runs.slice(), 1, values);
  }

  /** Checks the values of a data page, at most {@code values} of them. */
  void values(Encoding encoding, ByteBuffer data, int values) throws IOException {
    ByteBuffer in = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    try {
      switch (encoding) {
        case PLAIN -> {
          // Lengths are checked one by one, and nothing is allocated by them.
        }
        case PLAIN_DICTIONARY, RLE_DICTIONARY -> {
          if (in.hasRemaining()) {
            runs(in, in.get() & 0xFF, values);
          }
        }
        case DELTA_LENGTH_BYTE_ARRAY -> delta(in, values);
        case DELTA_BYTE_ARRAY -> prefixes(in, values);
        default -> throw new IOException("texts cannot be encoded as " + encoding);
      }
    } catch (BufferUnderflowException e) {
      throw new IOException("the page ends too early", e);
    }
  }

  /** RLE and bit-packed runs: a varint of count and kind, then the value or the packed groups. */
  private static void runs(ByteBuffer in, int bitWidth, int values) throws IOException {
    if (bitWidth > MAX_BIT_WIDTH) {
      throw new IOException("a bit width of " + bitWidth);
    }
    long covered = 0;
    while (covered < values && in.hasRemaining()) {
      int header = varint(in);
      int count = header >>> 1;
      if (count == 0) {
        throw new IOException("an empty run");
      }
      if ((header & 1) == 0) {
        skip(in, (bitWidth + 7) / 8);
        covered += count;
      } else {
        long bytes = (long) count * bitWidth;
        long needed = (values - covered + GROUP - 1) / GROUP;
        boolean cut = bytes > in.remaining() && count > PADDED_GROUPS;
        if (cut || count > needed + PADDED_GROUPS) {
          throw new IOException("a run of " + count + " groups that are not there");
        }
        skip(in, (int) Math.min(bytes, in.remaining()));
        covered += (long) count * GROUP;
      }
    }
  }

  /** The header of a delta-packed list: block size, miniblocks in a block, count. */
  private static void delta(ByteBuffer data, int values) throws IOException {
    ByteBuffer in = data.duplicate();
    int block = varint(in);
    int miniblocks = varint(in);
    int count = varint(in);
    if (block <= 0 || block > MAX_DELTA_BLOCK || miniblocks <= 0 || miniblocks > block) {
      throw new IOException("a delta block of " + block + " values in " + miniblocks + " parts");
    }
    if (count < 0 || count > values) {
      throw new IOException(count + " values where the page says " + values);
    }
  }

  /** Each text begins with so many bytes of the one before, never more than that has. */
  private void prefixes(ByteBuffer data, int values) throws IOException {
    delta(data, values);
    ByteBufferInputStream in = ByteBufferInputStream.wrap(data.slice());
    var prefixes = new DeltaBinaryPackingValuesReader();
    prefixes.initFromPage(values, in);
    ByteBuffer rest = data.slice();
    rest.position((int) in.position());
    delta(rest, values);
    int count = count(data.duplicate());
    if (count(rest.duplicate()) != count) {
      throw new IOException("as many prefixes as suffixes were expected");
    }
    var suffixes = new DeltaBinaryPackingValuesReader();
    suffixes.initFromPage(values, in);
    for (int i = 0; i < count; i++) {
      int prefix = prefixes.readInteger();
      int suffix = suffixes.readInteger();
      if (prefix < 0 || prefix > previousLength || suffix < 0 || suffix > in.available()) {
        throw new IOException("text " + i + " takes " + prefix + " bytes from the one before");
      }
      previousLength = (long) prefix + suffix;
    }
  }

  private static int count(ByteBuffer deltaPacked) throws IOException {
    varint(deltaPacked);
    varint(deltaPacked);
    return varint(deltaPacked);
  }

  private static void skip(ByteBuffer in, int bytes) {
    if (bytes > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + bytes);
  }

  private static int varint(ByteBuffer in) throws IOException {
    int value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IOException("a number of more than 32 bits");
  }
}
