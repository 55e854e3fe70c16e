package dev.ftpipe.run.tree;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Files and folders of the project as content: measured, kept in the store, put back. */
public final class WorkTree {
  /** Bytes of a file that take longer to read than it takes to start a thread or a process. */
  private static final long LARGE = 32 << 20;

  private final Path root;
  private final StateIndex index;
  private final ContentStore content;
  private final TrackedFiles files;
  private final TrackedFolders folders;
  private final Listings listings;

  private WorkTree(Path root, StateIndex index, FolderStates states, ContentStore content) {
    this.root = root;
    this.index = index;
    this.content = content;
    this.files = new TrackedFiles(root, index, content);
    this.folders = new TrackedFolders(root, states, content);
    this.listings = new Listings(root, states, content);
  }

  /**
   * The work tree of a project; writes nothing.
   *
   * @param state folder for what is remembered between commands; used once it exists
   * @param notes hears of damaged files there that were ignored
   */
  public static WorkTree open(Path root, Path state, ContentStore content, Consumer<String> notes)
      throws IOException {
    return new WorkTree(
        root,
        StateIndex.load(state.resolve("index"), notes),
        new FolderStates(state.resolve("folders"), notes),
        content);
  }

  /** Where a path of the project is. */
  public Path resolve(String path) {
    return root.resolve(path);
  }

  /** The files of a folder that count as its content, in the order of their whole paths. */
  public static List<Path> filesOf(Path folder, Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    FolderWalk.of(folder, root).visit((in, entry) -> files.add(in.place(entry)));
    return files;
  }

  /** The content of a path now; empty when nothing is there. */
  public Optional<Artifact> measure(String path) throws IOException {
    Optional<FileStat> stat = stat(path);
    return stat.isEmpty()
        ? Optional.empty()
        : Optional.of(
            stat.get().kind() == FileStat.Kind.FOLDER
                ? folders.measure(path)
                : files.measure(path, stat.get()));
  }

  /** Measures the path, and keeps its bytes if asked to. */
  public Optional<Artifact> measureOrKeep(String path, boolean keep) throws IOException {
    return keep && stat(path).isPresent() ? Optional.of(keep(path)) : measure(path);
  }

  /**
   * Measures the paths, large files at the same time.
   *
   * @param keep which paths' bytes are kept
   * @return in the order of the paths; empty for those where nothing is
   */
  public List<Optional<Artifact>> measureOrKeep(List<String> paths, Predicate<String> keep)
      throws IOException {
    List<Optional<Artifact>> measured =
        new ArrayList<>(Collections.nCopies(paths.size(), Optional.empty()));
    Parallel.ranges(
        paths.size(),
        severalLarge(paths) ? 1 : paths.size(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            measured.set(i, measureOrKeep(paths.get(i), keep.test(paths.get(i))));
          }
        });
    return measured;
  }

  private boolean severalLarge(List<String> paths) {
    return paths.size() > 1
        && paths.stream().filter(path -> resolve(path).toFile().length() >= LARGE).count() > 1;
  }

  /** Whether to {@link #measure} the path takes a while: a large file, new or changed. */
  public boolean measuresLong(String path) throws IOException {
    Optional<FileStat> stat = stat(path);
    return stat.isPresent()
        && stat.get().regular()
        && stat.get().size() >= LARGE
        && index.find(path, stat.get()).isEmpty();
  }

  /** The content of a path, which is there; its bytes are in the store afterwards. */
  public Artifact keep(String path) throws IOException {
    FileStat stat = FileStat.of(resolve(path));
    return stat.kind() == FileStat.Kind.FOLDER ? folders.keep(path) : files.keep(path, stat);
  }

  private Optional<FileStat> stat(String path) throws IOException {
    Path place = resolve(path);
    try {
      return Optional.of(FileStat.of(place));
    } catch (FileSystemException e) {
      if (Files.exists(place)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Whether {@link #restore} would find all it needs; only sizes are looked at. */
  public boolean restorable(Artifact artifact) throws IOException {
    return artifact.kind() == Artifact.Kind.TREE
        ? folders.restorable(artifact)
        : files.restorable(artifact);
  }

  /**
   * Sees to it that {@link #changes} can tell one day what became of a folder that has just been
   * measured, though its bytes are not kept; nothing for a file.
   */
  public void keepListing(String path, Artifact artifact) throws IOException {
    if (artifact.kind() == Artifact.Kind.TREE) {
      listings.keep(path, artifact);
    }
  }

  /**
   * The files in which a folder differs from what it was, where that is known.
   *
   * @param path where it is as {@code now}, or will be: then the store has its list
   */
  public FolderChanges changes(Digest before, String path, Artifact now) throws IOException {
    return listings.since(before, path, now);
  }

  /**
   * Puts content in place of whatever is there.
   *
   * @return false, with nothing left in place, when the store lacks a part or it is damaged
   */
  public boolean restore(String path, Artifact artifact) throws IOException {
    if (!restorable(artifact)) {
      return false;
    }
    boolean restored;
    if (artifact.kind() == Artifact.Kind.TREE) {
      restored = folders.restore(path, artifact);
    } else {
      remove(path);
      restored = files.restore(path, artifact);
    }
    if (!restored) {
      remove(path);
    }
    return restored;
  }

  /** Makes sure that nobody who writes to what is there writes through to the cache. */
  public void unprotect(String path) throws IOException {
    Optional<FileStat> stat = stat(path);
    if (stat.isEmpty()) {
      return;
    }
    if (stat.get().kind() != FileStat.Kind.FOLDER) {
      unprotect(resolve(path));
      return;
    }
    for (Path file : filesOf(resolve(path), root)) {
      unprotect(file);
    }
  }

  private static void unprotect(Path file) throws IOException {
    boolean writable =
        Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_WRITE);
    if (writable && !Files.isSymbolicLink(file)) {
      return;
    }
    Path copy = file.resolveSibling("." + file.getFileName() + ".ftpipe-copy");
    Files.deleteIfExists(copy);
    try (InputStream in = Files.newInputStream(file)) {
      Files.copy(in, copy);
    }
    Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes what is there, if anything. */
  public void remove(String path) throws IOException {
    AtomicFiles.deleteTree(resolve(path));
  }

  /** Keeps what was learned about files, for the next command. */
  public void save() throws IOException {
    content.release();
    index.save();
  }
}
