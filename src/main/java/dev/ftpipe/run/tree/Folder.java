package dev.ftpipe.run.tree;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.SmallFileDigest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
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
  private final Fingerprint.Value fingerprint;
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

  private Fingerprint.Value print() {
    Fingerprint print = new Fingerprint();
    int child = 0;
    for (int i = 0; i < names.length; i++) {
      FileStat stat = stats[i];
      print.add(names[i]).add(stat.kind().code());
      if (stat.kind() == FileStat.Kind.FOLDER) {
        print.add(folders.get(child++).fingerprint);
      } else {
        print.add(stat.inode()).add(stat.modified()).add(stat.size());
      }
    }
    return print.value();
  }

  /** From the folder where the walk began, empty or ending in a slash. */
  String path() {
    return path;
  }

  /** Of paths and looks of all files below: the same for as long as no file changes. */
  Fingerprint.Value fingerprint() {
    return fingerprint;
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

  /** Reads a file for its digest; different entries may be read by different threads. */
  void read(int entry) throws IOException {
    SmallFileDigest.of(
        new File(place.toString(), names[entry]),
        stats[entry].size(),
        digests,
        entry * DIGEST_BYTES);
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
