package dev.ftpipe.run.tree;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/** Single files as content. */
final class TrackedFiles {
  /** From here on, reading a file twice costs more than waiting for the clock to step. */
  static final long WORTH_WAITING = 1 << 20;

  private final Path root;
  private final StateIndex index;
  private final ContentStore content;

  TrackedFiles(Path root, StateIndex index, ContentStore content) {
    this.root = root;
    this.index = index;
    this.content = content;
  }

  private interface Reading {
    Digest digest(Path file) throws IOException;
  }

  Artifact measure(String path, FileStat stat) throws IOException {
    requireRegular(path, stat);
    Optional<Digest> known = index.find(path, stat);
    return artifact(stat, known.isPresent() ? known.get() : read(path, stat, Digest::ofFile));
  }

  Artifact keep(String path, FileStat stat) throws IOException {
    requireRegular(path, stat);
    Optional<Digest> known = index.find(path, stat);
    boolean kept = known.isPresent() && content.contains(known.get(), stat.size());
    return artifact(stat, kept ? known.get() : read(path, stat, file -> put(file, stat)));
  }

  // Links share their mode with the object, which nobody executes.
  private Digest put(Path file, FileStat stat) throws IOException {
    return (stat.executable() ? content.put(file) : content.adopt(file)).digest();
  }

  private static Artifact artifact(FileStat stat, Digest digest) {
    return new Artifact(
        stat.executable() ? Artifact.Kind.EXECUTABLE : Artifact.Kind.FILE, digest, stat.size());
  }

  private static void requireRegular(String path, FileStat stat) {
    if (!stat.regular()) {
      throw FtpipeException.pipeline(
          path + " is neither a file nor a folder; it cannot be tracked");
    }
  }

  private Digest read(String path, FileStat stat, Reading reading) throws IOException {
    if (stat.size() >= WORTH_WAITING) {
      FileStat.await(stat.settledAt());
    }
    long readAt = FileStat.now();
    Path file = root.resolve(path);
    Digest digest = reading.digest(file);
    if (!FileStat.of(file).equals(stat)) {
      throw changed(path);
    }
    index.put(path, stat, digest, readAt);
    return digest;
  }

  static FtpipeException changed(String path) {
    return FtpipeException.pipeline(
        path + " changed while it was read; is something still writing to it?");
  }

  boolean restorable(Artifact artifact) throws IOException {
    return content.contains(artifact.digest(), artifact.size());
  }

  boolean restore(String path, Artifact artifact) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.toAbsolutePath().getParent());
    boolean executable = artifact.kind() == Artifact.Kind.EXECUTABLE;
    if (!restore(content, artifact.digest(), artifact.size(), executable, file)) {
      return false;
    }
    if (artifact.size() >= WORTH_WAITING) {
      FileStat stat = FileStat.of(file);
      FileStat.await(stat.settledAt());
      index.put(path, stat, artifact.digest(), FileStat.now());
    }
    return true;
  }

  /** Puts one file in place; false when the store lacks it. */
  static boolean restore(
      ContentStore content, Digest digest, long size, boolean executable, Path file)
      throws IOException {
    if (!executable) {
      return content.link(digest, size, file);
    }
    boolean restored = content.restore(digest, size, file);
    if (restored) {
      makeExecutable(file);
    }
    return restored;
  }

  private static void makeExecutable(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    permissions.add(PosixFilePermission.OWNER_EXECUTE);
    permissions.add(PosixFilePermission.GROUP_EXECUTE);
    permissions.add(PosixFilePermission.OTHERS_EXECUTE);
    Files.setPosixFilePermissions(file, permissions);
  }
}
