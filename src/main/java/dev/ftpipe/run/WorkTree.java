package dev.ftpipe.run;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Files and folders of the project as content: measured, kept in the store, put back. */
final class WorkTree {
  /** From here on, reading a file twice costs more than waiting for the clock to step. */
  private static final long WORTH_WAITING = 1 << 20;

  private final Path root;
  private final StateIndex index;
  private final ContentStore content;

  WorkTree(Path root, StateIndex index, ContentStore content) {
    this.root = root;
    this.index = index;
    this.content = content;
  }

  private interface Hasher {
    Digest hash(Path file, FileStat stat) throws IOException;
  }

  Path resolve(String path) {
    return root.resolve(path);
  }

  /** The content of a path now; empty when nothing is there. */
  Optional<Artifact> measure(String path) throws IOException {
    return Files.exists(resolve(path)) ? Optional.of(read(path, this::digest)) : Optional.empty();
  }

  /** Measures the path, and keeps its bytes if asked to. */
  Optional<Artifact> measureOrKeep(String path, boolean keep) throws IOException {
    return keep && Files.exists(resolve(path)) ? Optional.of(keep(path)) : measure(path);
  }

  /** The content of a path, which is there; its bytes are in the store afterwards. */
  Artifact keep(String path) throws IOException {
    Artifact artifact = read(path, this::store);
    if (artifact.kind() == Artifact.Kind.TREE) {
      content.put(tree(path, this::digest).bytes());
    }
    return artifact;
  }

  /** Whether {@link #restore} would find all it needs; only sizes are looked at. */
  boolean restorable(Artifact artifact) throws IOException {
    if (artifact.kind() != Artifact.Kind.TREE) {
      return content.contains(artifact.digest(), artifact.size());
    }
    Optional<Tree> tree = storedTree(artifact);
    if (tree.isEmpty()) {
      return false;
    }
    for (Tree.Entry entry : tree.get().entries()) {
      if (!content.contains(entry.digest(), entry.size())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Puts content in place of whatever is there.
   *
   * @return false, with nothing left in place, when the store lacks a part or it is damaged
   */
  boolean restore(String path, Artifact artifact) throws IOException {
    if (!restorable(artifact)) {
      return false;
    }
    remove(path);
    Map<String, Tree.Entry> files = new LinkedHashMap<>();
    if (artifact.kind() == Artifact.Kind.TREE) {
      for (Tree.Entry file : storedTree(artifact).map(Tree::entries).orElse(List.of())) {
        files.put(path + "/" + file.path(), file);
      }
      Files.createDirectories(resolve(path));
    } else {
      boolean executable = artifact.kind() == Artifact.Kind.EXECUTABLE;
      files.put(path, new Tree.Entry("file", executable, artifact.digest(), artifact.size()));
    }
    for (var file : files.entrySet()) {
      if (!restoreFile(file.getKey(), file.getValue())) {
        remove(path);
        return false;
      }
    }
    if (artifact.size() >= WORTH_WAITING) {
      for (var file : files.entrySet()) {
        FileStat stat = FileStat.of(resolve(file.getKey()));
        awaitSettled(stat);
        index.put(file.getKey(), stat, file.getValue().digest(), FileStat.now());
      }
    }
    return true;
  }

  private boolean restoreFile(String path, Tree.Entry file) throws IOException {
    Path target = resolve(path);
    Files.createDirectories(target.toAbsolutePath().getParent());
    if (!content.restore(file.digest(), file.size(), target)) {
      return false;
    }
    if (file.executable()) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(target);
      permissions.add(PosixFilePermission.OWNER_EXECUTE);
      permissions.add(PosixFilePermission.GROUP_EXECUTE);
      permissions.add(PosixFilePermission.OTHERS_EXECUTE);
      Files.setPosixFilePermissions(target, permissions);
    }
    return true;
  }

  void remove(String path) throws IOException {
    AtomicFiles.deleteTree(resolve(path));
  }

  private Optional<Tree> storedTree(Artifact artifact) throws IOException {
    Optional<byte[]> bytes = content.read(artifact.digest());
    try {
      return bytes.map(Tree::parse);
    } catch (IllegalArgumentException e) {
      // Its digest is right, so it was stored like this: by something else than ftpipe.
      throw FtpipeException.environment(
          "cache object " + artifact.digest() + " is refused as a folder: " + e.getMessage(), e);
    }
  }

  private Artifact read(String path, Hasher hasher) throws IOException {
    Path place = resolve(path);
    if (Files.isDirectory(place)) {
      return tree(path, hasher).artifact();
    }
    FileStat stat = regular(place);
    return new Artifact(
        stat.executable() ? Artifact.Kind.EXECUTABLE : Artifact.Kind.FILE,
        hasher.hash(place, stat),
        stat.size());
  }

  private Tree tree(String path, Hasher hasher) throws IOException {
    Path folder = resolve(path);
    List<Tree.Entry> entries = new ArrayList<>();
    for (Path file : FolderFiles.below(folder, root)) {
      FileStat stat = regular(file);
      String name = folder.relativize(file).toString();
      entries.add(new Tree.Entry(name, stat.executable(), hasher.hash(file, stat), stat.size()));
    }
    return new Tree(entries);
  }

  private FileStat regular(Path file) throws IOException {
    FileStat stat = FileStat.of(file);
    if (!stat.regular()) {
      throw FtpipeException.pipeline(
          root.relativize(file) + " is neither a file nor a folder; it cannot be tracked");
    }
    return stat;
  }

  private Digest digest(Path file, FileStat stat) throws IOException {
    String path = root.relativize(file).toString();
    Optional<Digest> known = index.find(path, stat);
    if (known.isPresent()) {
      return known.get();
    }
    return reading(path, file, stat, () -> Digest.ofFile(file));
  }

  private Digest store(Path file, FileStat stat) throws IOException {
    String path = root.relativize(file).toString();
    Optional<Digest> known = index.find(path, stat);
    if (known.isPresent() && content.contains(known.get(), stat.size())) {
      return known.get();
    }
    return reading(path, file, stat, () -> content.put(file).digest());
  }

  private interface Reading {
    Digest digest() throws IOException;
  }

  private Digest reading(String path, Path file, FileStat stat, Reading reading)
      throws IOException {
    if (stat.size() >= WORTH_WAITING) {
      awaitSettled(stat);
    }
    long readAt = FileStat.now();
    Digest digest = reading.digest();
    if (!FileStat.of(file).equals(stat)) {
      throw FtpipeException.pipeline(
          path + " changed while it was read; is something still writing to it?");
    }
    index.put(path, stat, digest, readAt);
    return digest;
  }

  private static void awaitSettled(FileStat stat) {
    long left = stat.settledAt() - FileStat.now();
    if (left < 0 || !stat.settlesSoon() || left > TimeUnit.SECONDS.toNanos(1)) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(left + 1);
    } catch (InterruptedException e) {
      // Not waiting only means that the file is read once more next time.
      Thread.currentThread().interrupt();
    }
  }
}
