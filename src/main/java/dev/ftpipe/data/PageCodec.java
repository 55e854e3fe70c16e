package dev.ftpipe.data;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.format.CompressionCodec;
import org.brotli.dec.BrotliInputStream;

/**
 * Unpacks pages to the size their header claims. A claim is believed only as far as the packed
 * bytes can bear it, so that a lying header costs an error and not the memory. Not thread-safe:
 * every page goes to the same buffer.
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
  private byte[] plain = new byte[1];

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
   * @return exactly {@code size} bytes, in an array that the next call overwrites
   * @throws IOException or an unchecked exception of the codec when the bytes are damaged
   */
  ByteBuffer unpack(CompressionCodec codec, byte[] packed, int offset, int length, int size)
      throws IOException {
    if (size == 0 && length == 0) {
      return ByteBuffer.allocate(0);
    }
    int got =
        switch (codec) {
          case UNCOMPRESSED -> length;
          case SNAPPY -> block(snappy, SNAPPY_RATIO, packed, offset, length, size);
          case LZ4_RAW -> block(lz4, LZ4_RATIO, packed, offset, length, size);
          case ZSTD -> zstd(packed, offset, length, size);
          case GZIP ->
              stream(new GZIPInputStream(in(packed, offset, length), 1 << 13), length, size);
          case BROTLI -> stream(new BrotliInputStream(in(packed, offset, length)), length, size);
          case LZO, LZ4 -> throw new IOException("codec " + codec + " is not supported");
        };
    if (got != size) {
      throw new IOException(got + " bytes where the header says " + size);
    }
    return codec == CompressionCodec.UNCOMPRESSED
        ? ByteBuffer.wrap(packed, offset, length).slice()
        : ByteBuffer.wrap(plain, 0, size).slice();
  }

  private int block(Decompressor codec, int ratio, byte[] packed, int offset, int length, int size)
      throws IOException {
    if (size > (long) length * ratio) {
      throw new IOException(length + " bytes cannot hold the " + size + " that the header says");
    }
    reserve(size);
    return codec.decompress(packed, offset, length, plain, 0, size);
  }

  private int zstd(byte[] packed, int offset, int length, int size) throws IOException {
    if (size > Math.max(plain.length, (long) length * USUAL_RATIO)) {
      return stream(new ZstdInputStream(in(packed, offset, length)), length, size);
    }
    reserve(size);
    long got = Zstd.decompressByteArray(plain, 0, size, packed, offset, length);
    if (Zstd.isError(got)) {
      throw new IOException("zstd: " + Zstd.getErrorName(got));
    }
    return (int) got;
  }

  private int stream(InputStream opened, int packed, int size) throws IOException {
    try (InputStream in = opened) {
      reserve((int) Math.min(size, (long) packed * USUAL_RATIO));
      int got = 0;
      while (got < size) {
        if (got == plain.length) {
          plain = Arrays.copyOf(plain, (int) Math.min(size, plain.length * 2L));
        }
        int read = in.read(plain, got, Math.min(size, plain.length) - got);
        if (read < 0) {
          return got;
        }
        got += read;
      }
      if (in.read() >= 0) {
        throw new IOException("more than the " + size + " bytes that the header says");
      }
      return got;
    }
  }

  private void reserve(int size) {
    if (plain.length < size) {
      plain = new byte[size];
    }
  }

  private static InputStream in(byte[] packed, int offset, int length) {
    return new ByteArrayInputStream(packed, offset, length);
  }
}
