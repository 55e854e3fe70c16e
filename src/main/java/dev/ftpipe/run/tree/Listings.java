package dev.ftpipe.run.tree;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.TreeReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The trees of folders that nobody keeps, so that it can be said later which of their files
 * changed: only the list is kept, as a blob with the digest of the folder.
 */
final class Listings {
  private final Path root;
  private final FolderStates states;
  private final ContentStore content;
  private final Set<Digest> kept = ConcurrentHashMap.newKeySet();

  Listings(Path root, FolderStates states, ContentStore content) {
    this.root = root;
    this.states = states;
    this.content = content;
  }

  /** Keeps the list of a folder that has just been measured, unless it is there. */
  void keep(String path, Artifact artifact) throws IOException {
    if (kept.add(artifact.digest()) && !content.contains(artifact.digest())) {
      Folder folder = read(path);
      content.put(out -> TrackedFolders.write(folder, out));
    }
  }

  /**
   * What became of a folder.
   *
   * @param path where it is as {@code now}, unless the store has its list
   * @return {@link FolderChanges#UNKNOWN} when the old list is gone
   */
  FolderChanges since(Digest before, String path, Artifact now) throws IOException {
    Optional<byte[]> old = content.read(before);
    if (old.isEmpty()) {
      return FolderChanges.UNKNOWN;
    }
    try {
      return difference(old.get(), path, now);
    } catch (IllegalArgumentException e) {
      // Whoever wrote the digest of something else into the lock file: it was no folder.
      return FolderChanges.UNKNOWN;
    }
  }

  private FolderChanges difference(byte[] before, String path, Artifact now) throws IOException {
    TreeDifference difference = new TreeDifference(TreeReader.of(before));
    Optional<byte[]> current = content.read(now.digest());
    if (current.isPresent()) {
      for (TreeReader tree = TreeReader.of(current.get()); tree.next(); ) {
        difference.add(tree.path(), tree.executable(), tree.digest());
      }
    } else {
      read(path)
          .visit(
              (part, entry) ->
                  difference.add(
                      part.path(entry), part.stat(entry).executable(), part.digest(entry)));
    }
    return difference.end();
  }

  private Folder read(String path) throws IOException {
    Folder folder = FolderWalk.of(root.resolve(path), root);
    folder.expectDigests();
    Optional<FolderState> state = states.find(path);
    if (state.isPresent()) {
      states.recall(path, state.get(), folder);
    }
    TrackedFolders.hashUnknown(folder);
    return folder;
  }
}
