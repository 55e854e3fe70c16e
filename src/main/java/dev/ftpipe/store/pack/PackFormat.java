package dev.ftpipe.store.pack;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FullReads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/**
 * The bytes of a pack: 8 bytes that name the format, then records. A record is a mark (int), the
 * length of the blob (int), its digest (32 bytes) and its bytes, so that a pack whose writer died
 * can be read back without its index.
 */
public final class PackFormat {
  /** Blobs from this size on are files of their own. */
  public static final int SMALL = 1 << 20;

  public static final int HEADER_BYTES = 2 * Integer.BYTES + Digest.BYTES;
  public static final int START = Long.BYTES;

  private static final long FORMAT = 0x6674_7061_636b_310aL; // "ftpack1\n"
  private static final int MARK = 0x626c_6f62; // "blob"

  private PackFormat() {}

  /** Called with every record of a pack. */
  public interface Visitor {
    void record(Key key, Extent extent);
  }

  public static byte[] start() {
    return ByteBuffer.allocate(START).putLong(FORMAT).array();
  }

  public static void putHeader(ByteBuffer to, Key key, int length) {
    to.putInt(MARK).putInt(length);
    key.putTo(to);
  }

  /** Whether the header of this blob stands at the position. */
  public static boolean isHeader(ByteBuffer bytes, int position, Key key, int length) {
    return bytes.getInt(position) == MARK
        && bytes.getInt(position + Integer.BYTES) == length
        && Key.at(bytes, position + 2 * Integer.BYTES).equals(key);
  }

  /**
   * Reads the records from an offset on.
   *
   * @param from 0, or where a record begins or the pack ends
   * @param verify stop at the first record whose bytes do not have its digest
   * @return where the last whole record ends; 0 if this is no pack
   */
  public static long scan(FileChannel pack, long from, boolean verify, Visitor visitor)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(SMALL + HEADER_BYTES).limit(0);
    Window window = new Window(pack, buffer, from);
    if (from < START) {
      if (!window.has(START) || buffer.getLong(buffer.position()) != FORMAT) {
        return 0;
      }
      window.skip(START);
    }
    MessageDigest sha256 = Digest.sha256();
    while (window.has(HEADER_BYTES)) {
      int mark = buffer.getInt(buffer.position());
      int length = buffer.getInt(buffer.position() + Integer.BYTES);
      if (mark != MARK || length < 0 || length >= SMALL || !window.has(HEADER_BYTES + length)) {
        break;
      }
      Key key = Key.at(buffer, buffer.position() + 2 * Integer.BYTES);
      if (verify) {
        sha256.update(buffer.array(), buffer.position() + HEADER_BYTES, length);
        if (!Key.at(ByteBuffer.wrap(sha256.digest()), 0).equals(key)) {
          break;
        }
      }
      visitor.record(key, new Extent(window.offset + HEADER_BYTES, length));
      window.skip(HEADER_BYTES + length);
    }
    return window.offset;
  }

  /** A buffer that moves over a file. */
  private static final class Window {
    private final FileChannel file;
    private final ByteBuffer buffer;
    private long offset;

    Window(FileChannel file, ByteBuffer buffer, long offset) {
      this.file = file;
      this.buffer = buffer;
      this.offset = offset;
    }

    boolean has(int bytes) throws IOException {
      if (buffer.remaining() >= bytes) {
        return true;
      }
      buffer.compact();
      FullReads.fill(file, buffer, offset + buffer.position());
      buffer.flip();
      return buffer.remaining() >= bytes;
    }

    void skip(int bytes) {
      buffer.position(buffer.position() + bytes);
      offset += bytes;
    }
  }
}
