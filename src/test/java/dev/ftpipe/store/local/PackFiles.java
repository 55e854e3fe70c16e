package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The packs of a cache, looked at and damaged behind its back. */
public final class PackFiles {
  private PackFiles() {}

  /** All packs, sealed ones first. */
  public static List<Path> packs(Path cache) throws IOException {
    if (!Files.exists(cache.resolve("packs"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(cache.resolve("packs"))) {
      return files
          .filter(file -> file.toString().endsWith(".pack"))
          .sorted((a, b) -> Integer.compare(a.getNameCount(), b.getNameCount()))
          .toList();
    }
  }

  /** Writes over the bytes of a blob; false when no pack has it. */
  public static boolean overwrite(Path cache, Digest digest, byte[] bytes) throws IOException {
    for (Path pack : packs(cache)) {
      byte[] all = Files.readAllBytes(pack);
      int at = indexOf(all, digest.raw());
      if (at >= 0) {
        System.arraycopy(bytes, 0, all, at + 32, bytes.length);
        pack.toFile().setWritable(true);
        Files.write(pack, all);
        return true;
      }
    }
    return false;
  }

  private static int indexOf(byte[] all, byte[] wanted) {
    for (int i = 0; i + wanted.length <= all.length; i++) {
      if (Arrays.equals(all, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }
}
