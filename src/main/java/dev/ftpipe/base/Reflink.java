package dev.ftpipe.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Clones files by {@code cp}: a process costs 2 ms, which no file that is worth a clone notices,
 * and the call to the kernel is another one on each system.
 */
public final class Reflink {
  private static final Set<String> ABLE = Set.of("btrfs", "xfs", "bcachefs", "zfs", "apfs");

  /** Bytes from which on a clone is worth its process. */
  public static final long WORTH = 1 << 20;

  private Reflink() {}

  /** Whether files beside this one may be cloned. */
  public static boolean possible(Path folder) {
    try {
      return ABLE.contains(Files.getFileStore(folder).type());
    } catch (IOException e) {
      // Not a reason to fail: a copy does it as well.
      return false;
    }
  }

  /** Makes the clone; false, with nothing left, where that cannot be done. */
  public static boolean make(Path from, Path to) throws IOException {
    boolean mac = "Mac OS X".equals(System.getProperty("os.name"));
    List<String> how = mac ? List.of("cp", "-c") : List.of("cp", "--reflink=always");
    ProcessBuilder command =
        new ProcessBuilder(
            how.get(0), how.get(1), "--", from.toAbsolutePath().toString(), to.toString());
    command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    boolean made = false;
    try {
      made = command.start().waitFor() == 0;
      return made;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      if (!made) {
        Files.deleteIfExists(to);
      }
    }
  }
}
