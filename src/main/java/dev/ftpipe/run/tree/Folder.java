package dev.ftpipe.run.tree;

import dev.ftpipe.base.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.List;

/**
 * One folder of a walk: what it holds, in the order of a tree. A folder sorts among its siblings as
 * if its name ended in a slash, so that all paths below it come in the order of whole paths.
 */
final class Folder {
  /** Called with every file of a walk. */
  interface Visitor {
    void file(Folder folder, int entry) throws IOException;
  }

  private static final int DIGEST_BYTES = 32;

  private final Path place;
  private final String path;
  private final String[] names;
  private final FileStat[] stats;
  private final List<Folder> folders;
  private final byte[] fingerprint;
  private final int files;
  private final long bytes;
  private final long latestSettledAt;
  private byte[] digests = new byte[0];
  private final BitSet known = new BitSet();

  /**
   * A folder whose entries are sorted.
   *
   * @param path from the folder where the walk began, empty or ending in a slash
   * @param names of files and folders
   * @param folders those of the entries that are folders, in the order of their names
   */
  Folder(Path place, String path, String[] names, FileStat[] stats, List<Folder> folders) {
    this.place = place;
    this.path = path;
    this.names = names;
    this.stats = stats;
    this.folders = folders;
    int fileCount = names.length - folders.size();
    long total = 0;
    long settled = Long.MIN_VALUE;
    for (FileStat stat : stats) {
      if (stat.regular()) {
        total += stat.size();
        settled = Math.max(settled, stat.settledAt());
      }
    }
    for (Folder folder : folders) {
      fileCount = Math.addExact(fileCount, folder.files);
      total += folder.bytes;
      settled = Math.max(settled, folder.latestSettledAt);
    }
    this.files = fileCount;
    this.bytes = total;
    this.latestSettledAt = settled;
    this.fingerprint = print();
  }

  private byte[] print() {
    MessageDigest sha256 = Digest.sha256();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 13);
    int child = 0;
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i].getBytes(StandardCharsets.UTF_8);
      if (buffer.remaining() < name.length + 64) {
        sha256.update(buffer.flip());
        buffer.clear();
      }
      FileStat stat = stats[i];
      buffer.putInt(name.length).put(name).put((byte) stat.kind().ordinal());
      if (stat.kind() == FileStat.Kind.FOLDER) {
        buffer.put(folders.get(child++).fingerprint);
      } else {
        buffer.putInt(stat.inode()).putLong(stat.modified()).putLong(stat.size());
      }
    }
    sha256.update(buffer.flip());
    return sha256.digest();
  }

  /** From the folder where the walk began, empty or ending in a slash. */
  String path() {
    return path;
  }

  /** SHA-256 over paths and looks of all files below: the same for as long as no file changes. */
  byte[] fingerprint() {
    return fingerprint.clone();
  }

  /** How many files are in it and below. */
  int files() {
    return files;
  }

  /** The size of all these files. */
  long bytes() {
    return bytes;
  }

  /** When the last of these files is settled, see {@link FileStat#settledAt()}. */
  long latestSettledAt() {
    return latestSettledAt;
  }

  /** The number of entries, folders included. */
  int entries() {
    return names.length;
  }

  List<Folder> folders() {
    return folders;
  }

  Path place(int entry) {
    return place.resolve(names[entry]);
  }

  String path(int entry) {
    return path + names[entry];
  }

  FileStat stat(int entry) {
    return stats[entry];
  }

  /** Visits the files in the order of their whole paths. */
  void visit(Visitor visitor) throws IOException {
    int child = 0;
    for (int i = 0; i < names.length; i++) {
      if (stats[i].kind() == FileStat.Kind.FOLDER) {
        folders.get(child++).visit(visitor);
      } else {
        visitor.file(this, i);
      }
    }
  }

  /** Makes room for the digests of the files here and below. */
  void expectDigests() {
    digests = new byte[Math.multiplyExact(names.length, DIGEST_BYTES)];
    folders.forEach(Folder::expectDigests);
  }

  /** Whether the digest of the file was known before it was read. */
  boolean known(int entry) {
    return known.get(entry);
  }

  void know(int entry, byte[] digest, int offset) {
    setDigest(entry, digest, offset);
    known.set(entry);
  }

  void forget() {
    known.clear();
    folders.forEach(Folder::forget);
  }

  /** Sets the digest of a file; different entries may be set by different threads. */
  void setDigest(int entry, byte[] digest, int offset) {
    System.arraycopy(digest, offset, digests, entry * DIGEST_BYTES, DIGEST_BYTES);
  }

  /** The digests of all entries, 32 bytes each, in place. */
  byte[] digests() {
    return digests;
  }

  int digestOffset(int entry) {
    return entry * DIGEST_BYTES;
  }

  Digest digest(int entry) {
    return Digest.ofRaw(digests, entry * DIGEST_BYTES);
  }
}
