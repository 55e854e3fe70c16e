package dev.ftpipe.store.remote;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.ContentStore.Blob;
import dev.ftpipe.store.pack.PackFormat;
import dev.ftpipe.store.remote.PackIndexes.Location;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Few large reads of packs in place of many small ones. */
final class PackReads {
  private static final int MOST_BYTES = 8 << 20;

  /** Bytes between two wanted blobs that cost less than another request. */
  private static final int GAP_BYTES = 1 << 16;

  /** A blob and where it is. */
  record Placed(Blob blob, Location location) {
    private long start() {
      return location.extent().offset() - PackFormat.HEADER_BYTES;
    }

    private long end() {
      return location.extent().end();
    }
  }

  /**
   * One request.
   *
   * @param offset of the first byte of the first blob's header
   */
  record Read(String pack, long offset, int length, List<Placed> blobs) {
    /** Where the header of a blob is in the bytes that were read. */
    int at(Placed blob) {
      return Math.toIntExact(blob.start() - offset);
    }

    /** The same for one blob alone. */
    static Read of(Placed blob) {
      return new Read(
          blob.location().pack(),
          blob.start(),
          Math.toIntExact(blob.end() - blob.start()),
          List.of(blob));
    }
  }

  private PackReads() {}

  static List<Read> plan(List<Placed> wanted) {
    Map<String, List<Placed>> byPack = new LinkedHashMap<>();
    for (Placed each : wanted) {
      byPack.computeIfAbsent(each.location().pack(), pack -> new ArrayList<>()).add(each);
    }
    List<Read> reads = new ArrayList<>();
    byPack.values().forEach(blobs -> plan(blobs, reads));
    return reads;
  }

  private static void plan(List<Placed> blobs, List<Read> reads) {
    blobs.sort(Comparator.comparingLong(Placed::start));
    List<Placed> together = new ArrayList<>();
    for (Placed blob : blobs) {
      if (!together.isEmpty()) {
        Placed first = together.get(0);
        Placed last = together.get(together.size() - 1);
        if (blob.start() - last.end() > GAP_BYTES || blob.end() - first.start() > MOST_BYTES) {
          reads.add(of(together));
          together = new ArrayList<>();
        }
      }
      together.add(blob);
    }
    reads.add(of(together));
  }

  private static Read of(List<Placed> blobs) {
    Placed first = blobs.get(0);
    Placed last = blobs.get(blobs.size() - 1);
    return new Read(
        first.location().pack(),
        first.start(),
        Math.toIntExact(last.end() - first.start()),
        List.copyOf(blobs));
  }

  /** Whether the bytes from here on are the header and the bytes of this blob. */
  static boolean isSound(byte[] bytes, int at, Blob blob) {
    int length = Math.toIntExact(blob.size());
    if (at < 0 || at + PackFormat.HEADER_BYTES + length > bytes.length) {
      return false;
    }
    var sha256 = Digest.sha256();
    sha256.update(bytes, at + PackFormat.HEADER_BYTES, length);
    return Digest.finish(sha256).equals(blob.digest());
  }
}
