package dev.ftpipe.run.tree;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FullReads;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.UUID;

/**
 * Looks and digest of each file of a folder, in the order of a tree, as a stream: written and read
 * along with a walk, so that a million of them need no memory. A record is: length of the path
 * (int), path in UTF-8, time (long), size (long), inode (int), digest (32 bytes).
 */
final class FileRecords {
  /** Time of a record that must not be trusted: no file was written then. */
  private static final long NEVER = Long.MIN_VALUE;

  private static final int FIXED_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES + Digest.BYTES;
  // Twice what Linux allows for a path.
  private static final int LONGEST_PATH = 1 << 13;
  private static final int BUFFER_BYTES = 1 << 16;

  private FileRecords() {}

  /** Writes a new file beside the old one, which it replaces in the end. */
  static final class Writer implements Closeable {
    private final Path file;
    private final Path temporary;
    private final FileChannel out;
    private final MessageDigest sha256 = Digest.sha256();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    Writer(Path file, int reserved) throws IOException {
      this.file = file;
      this.temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
      this.out =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      out.position(reserved);
    }

    /**
     * Adds the next file.
     *
     * @param trusted whether a later change of the file would show in its looks
     */
    void add(Folder folder, int entry, boolean trusted) throws IOException {
      byte[] path = folder.path(entry).getBytes(StandardCharsets.UTF_8);
      if (buffer.remaining() < Integer.BYTES + path.length + FIXED_BYTES) {
        flush();
      }
      FileStat stat = folder.stat(entry);
      buffer.putInt(path.length).put(path);
      buffer.putLong(trusted ? stat.modified() : NEVER).putLong(stat.size()).putInt(stat.inode());
      buffer.put(folder.digests(), folder.digestOffset(entry), Digest.BYTES);
    }

    private void flush() throws IOException {
      sha256.update(buffer.flip());
      buffer.rewind();
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      buffer.clear();
    }

    /** Writes what is left; the digest of all records. */
    Digest end() throws IOException {
      flush();
      return Digest.finish(sha256);
    }

    /** Puts the file in place, with these first bytes. */
    void publish(byte[] head) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(head);
      while (bytes.hasRemaining()) {
        out.write(bytes, bytes.position());
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
      out.close();
      Files.deleteIfExists(temporary);
    }
  }

  /** Reads along with a walk in the same order. */
  static final class Reader implements Closeable {
    private final FileChannel in;
    private final MessageDigest sha256 = Digest.sha256();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private boolean broken;
    private String path = "";
    private int at;

    Reader(Path file, int skipped) throws IOException {
      in = FileChannel.open(file);
      in.position(skipped);
      next();
    }

    /** Lets the folder know the digest if the record of this very file is there. */
    void match(Folder folder, int entry) throws IOException {
      String wanted = folder.path(entry);
      int order = path.isEmpty() ? 1 : path.compareTo(wanted);
      while (order < 0) {
        next();
        order = path.isEmpty() ? 1 : path.compareTo(wanted);
      }
      if (order == 0) {
        FileStat stat = folder.stat(entry);
        if (buffer.getLong(at) == stat.modified()
            && buffer.getLong(at + Long.BYTES) == stat.size()
            && buffer.getInt(at + 2 * Long.BYTES) == stat.inode()) {
          folder.know(entry, buffer.array(), at + FIXED_BYTES - Digest.BYTES);
        }
        next();
      }
    }

    /** Whether all records, read or not, are those that were written. */
    boolean isSound(Digest digest) throws IOException {
      while (!path.isEmpty()) {
        next();
      }
      return !broken && Digest.finish(sha256).equals(digest);
    }

    // The path is empty at the end, or where something is wrong.
    private void next() throws IOException {
      path = "";
      if (!available(Integer.BYTES)) {
        broken |= buffer.hasRemaining();
        return;
      }
      int length = buffer.getInt(buffer.position());
      if (length <= 0
          || length > LONGEST_PATH
          || !available(Integer.BYTES + length + FIXED_BYTES)) {
        broken = true;
        return;
      }
      int start = buffer.position() + Integer.BYTES;
      path = new String(buffer.array(), start, length, StandardCharsets.UTF_8);
      at = start + length;
      int end = at + FIXED_BYTES;
      sha256.update(buffer.array(), buffer.position(), end - buffer.position());
      buffer.position(end);
    }

    private boolean available(int bytes) throws IOException {
      if (buffer.remaining() >= bytes) {
        return true;
      }
      buffer.compact();
      FullReads.fill(in, buffer);
      buffer.flip();
      return buffer.remaining() >= bytes;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
