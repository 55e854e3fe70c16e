package dev.ftpipe.store.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.ObjectStore.Source;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Where the frames of a compressed object are. Each holds 256 KiB, the last one less, and is
 * unpacked alone, so that any stretch can be read. Behind them stands the table of their lengths,
 * as zstd's seekable format has it: {@code zstd -d} unpacks the whole.
 */
final class Frames {
  static final int FRAME_BYTES = 1 << 18;
  static final int LEVEL = 3;

  private static final int TABLE_MAGIC = 0x184D2A5E;
  private static final int END_MAGIC = 0x8F92EAB1;
  private static final int HEAD_BYTES = 2 * Integer.BYTES;
  private static final int ENTRY_BYTES = 2 * Integer.BYTES;
  private static final int END_BYTES = 2 * Integer.BYTES + 1;
  private static final int BUFFER_BYTES = 1 << 20;

  private final long size;
  private final long[] starts;

  private Frames(long size, long[] starts) {
    this.size = size;
    this.starts = starts;
  }

  private static int count(long size) {
    return Math.toIntExact((size + FRAME_BYTES - 1) / FRAME_BYTES);
  }

  /** Bytes of the table of so many bytes as they are. */
  static int tableBytes(long size) {
    return Math.addExact(HEAD_BYTES + END_BYTES, Math.multiplyExact(count(size), ENTRY_BYTES));
  }

  private static int length(long size, int frame) {
    return (int) Math.min(FRAME_BYTES, size - (long) frame * FRAME_BYTES);
  }

  /**
   * Writes all bytes of the source, compressed; the same bytes give the same file.
   *
   * @return the digest of the file
   */
  static Digest write(Source source, Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    int count = count(source.size());
    ByteBuffer table = ByteBuffer.allocate(tableBytes(source.size()));
    table.order(ByteOrder.LITTLE_ENDIAN).putInt(TABLE_MAGIC);
    table.putInt(table.capacity() - HEAD_BYTES);
    byte[] frame = new byte[FRAME_BYTES];
    byte[] packed = new byte[(int) Zstd.compressBound(FRAME_BYTES)];
    try (InputStream in = source.open(0, source.size());
        ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(LEVEL);
        Output out = new Output(file)) {
      for (int i = 0; i < count; i++) {
        int length = in.readNBytes(frame, 0, length(source.size(), i));
        int stored = zstd.compressByteArray(packed, 0, packed.length, frame, 0, length);
        out.write(packed, stored);
        sha256.update(packed, 0, stored);
        table.putInt(stored).putInt(length);
      }
      table.putInt(count).put((byte) 0).putInt(END_MAGIC);
      out.write(table.array(), table.capacity());
      sha256.update(table.array());
    }
    return Digest.finish(sha256);
  }

  /** A new file; what fails in writing it is no fault of what is read. */
  private static final class Output implements AutoCloseable {
    private final Path file;
    private final OutputStream out;

    Output(Path file) {
      this.file = file;
      try {
        out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
      } catch (IOException e) {
        throw IoProblem.writing(file, e);
      }
    }

    void write(byte[] bytes, int length) {
      try {
        out.write(bytes, 0, length);
      } catch (IOException e) {
        throw IoProblem.writing(file, e);
      }
    }

    @Override
    public void close() {
      try {
        out.close();
      } catch (IOException e) {
        throw IoProblem.writing(file, e);
      }
    }
  }

  /**
   * The frames of an object.
   *
   * @param table the last {@link #tableBytes} of the object
   * @param size of the bytes as they are
   * @param stored bytes of the object
   * @return empty when this is no such table
   */
  static Optional<Frames> of(byte[] table, long size, long stored) {
    int count = count(size);
    ByteBuffer bytes = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    boolean isTable =
        table.length == tableBytes(size)
            && bytes.getInt() == TABLE_MAGIC
            && bytes.getInt() == table.length - HEAD_BYTES
            && bytes.getInt(table.length - END_BYTES) == count
            && bytes.get(table.length - END_BYTES + Integer.BYTES) == 0
            && bytes.getInt(table.length - Integer.BYTES) == END_MAGIC;
    if (!isTable) {
      return Optional.empty();
    }
    long[] starts = new long[count + 1];
    for (int i = 0; i < count; i++) {
      long packed = Integer.toUnsignedLong(bytes.getInt());
      if (packed > Zstd.compressBound(FRAME_BYTES) || bytes.getInt() != length(size, i)) {
        return Optional.empty();
      }
      starts[i + 1] = starts[i] + packed;
    }
    return starts[count] + table.length == stored
        ? Optional.of(new Frames(size, starts))
        : Optional.empty();
  }

  /** The frame that a byte is in. */
  static int at(long offset) {
    return Math.toIntExact(offset / FRAME_BYTES);
  }

  /** Where a frame starts in the object; that of the one after the last is where it ends. */
  long start(int frame) {
    return starts[frame];
  }

  /** Bytes of a frame in the object. */
  int packed(int frame) {
    return (int) (starts[frame + 1] - starts[frame]);
  }

  /** Bytes of a frame, unpacked. */
  int length(int frame) {
    return length(size, frame);
  }
}
