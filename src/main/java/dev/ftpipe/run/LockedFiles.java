package dev.ftpipe.run;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.Tree;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files that a lock file speaks of, with their bytes from a store: a project's past. */
public final class LockedFiles {
  /** The name of a project's lock file. */
  public static final String LOCK = LockFile.NAME;

  private final Map<String, Artifact> contents = new TreeMap<>();
  private final ContentStore store;

  private LockedFiles(LockFile lock, ContentStore store) {
    contents.putAll(lock.contents());
    this.store = store;
  }

  /**
   * The files of a lock file.
   *
   * @throws FtpipeException wrong use, for a lock file that ftpipe cannot read
   */
  public static LockedFiles of(byte[] lockFile, ContentStore store) throws IOException {
    return new LockedFiles(LockFile.parse(lockFile), store);
  }

  /** No file at all. */
  public static LockedFiles none(ContentStore store) {
    return new LockedFiles(LockFile.EMPTY, store);
  }

  /** Whether the lock file speaks of this path, or of a folder that it would lie in. */
  public boolean knows(String path) {
    return owner(path).isPresent();
  }

  /**
   * The bytes of a file.
   *
   * @param most bytes; a larger file is taken as absent
   * @return empty when the lock file has no such file, or the store lacks it
   */
  public Optional<byte[]> read(String path, long most) throws IOException {
    Optional<Owner> owner = owner(path);
    if (owner.isEmpty()) {
      return Optional.empty();
    }
    Artifact content = owner.get().content();
    if (content.kind() != Artifact.Kind.TREE) {
      return owner.get().path().equals(path) && content.size() <= most
          ? store.read(content.digest())
          : Optional.empty();
    }
    for (Tree.Entry entry : entries(content)) {
      if (path.equals(owner.get().path() + "/" + entry.path())) {
        return entry.size() <= most ? store.read(entry.digest()) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The files below a folder, sorted; empty when the lock file has no such folder. */
  public List<String> files(String folder) throws IOException {
    Optional<Owner> owner = owner(folder);
    if (owner.isEmpty() || owner.get().content().kind() != Artifact.Kind.TREE) {
      return List.of();
    }
    return entries(owner.get().content()).stream()
        .map(entry -> owner.get().path() + "/" + entry.path())
        .filter(path -> path.startsWith(folder + "/"))
        .toList();
  }

  /** An output or a source, as the lock file names it. */
  private record Owner(String path, Artifact content) {}

  private Optional<Owner> owner(String path) {
    for (String at = path; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('/')))) {
      Artifact content = contents.get(at);
      if (content != null) {
        return Optional.of(new Owner(at, content));
      }
    }
    return Optional.empty();
  }

  private List<Tree.Entry> entries(Artifact folder) throws IOException {
    Optional<byte[]> bytes = store.read(folder.digest());
    try {
      return bytes.map(Tree::parse).map(Tree::entries).orElse(List.of());
    } catch (IllegalArgumentException e) {
      throw FtpipeException.environment(
          "cache object " + folder.digest() + " is refused as a folder: " + e.getMessage(), e);
    }
  }
}
