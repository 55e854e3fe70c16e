package dev.ftpipe.data;

import com.github.luben.zstd.ZstdInputStream;
import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.format.CompressionCodec;
import org.brotli.dec.BrotliInputStream;

/**
 * Unpacks pages to the size their header claims. A claim is believed only as far as the packed
 * bytes can bear it, so that a lying header costs an error and not the memory. Not thread-safe.
 */
final class PageCodec {
  /** What each packed byte can at most stand for: 64 bytes from a copy of 3. */
  private static final int SNAPPY_RATIO = 22;

  /** 255 bytes from each byte of a match's length. */
  private static final int LZ4_RATIO = 256;

  /** What the first buffer of a streaming codec holds for each packed byte. */
  private static final int USUAL_RATIO = 16;

  private final SnappyDecompressor snappy = new SnappyDecompressor();
  private final Lz4Decompressor lz4 = new Lz4Decompressor();

  /** Whether pages of the codec can be read. */
  static boolean knows(CompressionCodec codec) {
    return switch (codec) {
      case UNCOMPRESSED, SNAPPY, GZIP, BROTLI, ZSTD, LZ4_RAW -> true;
      case LZO, LZ4 -> false;
    };
  }

  /**
   * Unpacks a page.
   *
   * @return exactly {@code size} bytes
   * @throws IOException or an unchecked exception of the codec when the bytes are damaged
   */
  byte[] unpack(CompressionCodec codec, byte[] packed, int offset, int length, int size)
      throws IOException {
    if (size == 0 && length == 0) {
      return new byte[0];
    }
    return switch (codec) {
      case UNCOMPRESSED -> {
        if (length != size) {
          throw new IOException(length + " bytes where the header says " + size);
        }
        yield Arrays.copyOfRange(packed, offset, offset + length);
      }
      case SNAPPY -> block(snappy, SNAPPY_RATIO, packed, offset, length, size);
      case LZ4_RAW -> block(lz4, LZ4_RATIO, packed, offset, length, size);
      case GZIP -> stream(new GZIPInputStream(in(packed, offset, length), 1 << 13), length, size);
      case ZSTD -> stream(new ZstdInputStream(in(packed, offset, length)), length, size);
      case BROTLI -> stream(new BrotliInputStream(in(packed, offset, length)), length, size);
      case LZO, LZ4 -> throw new IOException("codec " + codec + " is not supported");
    };
  }

  private static byte[] block(
      Decompressor codec, int ratio, byte[] packed, int offset, int length, int size)
      throws IOException {
    if (size > (long) length * ratio) {
      throw new IOException(length + " bytes cannot hold the " + size + " that the header says");
    }
    byte[] plain = new byte[size];
    int got = codec.decompress(packed, offset, length, plain, 0, size);
    if (got != size) {
      throw new IOException(got + " bytes where the header says " + size);
    }
    return plain;
  }

  private static byte[] stream(InputStream opened, int packed, int size) throws IOException {
    try (InputStream in = opened) {
      byte[] plain = new byte[(int) Math.min(size, (long) packed * USUAL_RATIO)];
      int got = in.readNBytes(plain, 0, plain.length);
      while (got == plain.length && got < size) {
        plain = Arrays.copyOf(plain, (int) Math.min(size, plain.length * 2L));
        got += in.readNBytes(plain, got, plain.length - got);
      }
      if (got != size || in.read() >= 0) {
        throw new IOException("not the " + size + " bytes that the header says");
      }
      return plain;
    }
  }

  private static InputStream in(byte[] packed, int offset, int length) {
    return new ByteArrayInputStream(packed, offset, length);
  }
}
