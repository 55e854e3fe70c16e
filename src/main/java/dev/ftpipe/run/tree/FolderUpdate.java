package dev.ftpipe.run.tree;

import static java.util.Objects.requireNonNull;

import dev.ftpipe.store.TreeReader;
import dev.ftpipe.store.TreeWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a folder that is there into that of a tree: whatever the tree does not have, or has with
 * other bytes, is removed; the rest stays, and only what is missing then is to be written. Of a
 * million files with one changed, one is.
 */
final class FolderUpdate {
  private final Path place;
  private final TreeReader tree;
  private final ByteArrayOutputStream missing = new ByteArrayOutputStream();
  private final TreeWriter toWrite = new TreeWriter(missing);
  private final Set<Path> parents = new HashSet<>();
  private boolean more;
  private boolean blocked;

  private FolderUpdate(Path place, byte[] tree) {
    this.place = place;
    this.tree = TreeReader.of(tree);
    this.more = this.tree.next();
  }

  /**
   * Removes what is wrong.
   *
   * @param folder what is at the place, all its digests set
   * @return the part of the tree that is to be written; empty where something stands in its way
   *     that the walk has not shown, or a folder is a link to elsewhere: all is to be made anew
   */
  static Optional<byte[]> removeWrong(Folder folder, Path place, byte[] tree) throws IOException {
    if (hasLinkedFolder(folder)) {
      return Optional.empty();
    }
    FolderUpdate update = new FolderUpdate(place, tree);
    folder.visit(update::compare);
    while (update.more) {
      update.expectNext();
    }
    update.toWrite.end();
    return update.blocked ? Optional.empty() : Optional.of(update.missing.toByteArray());
  }

  // What is behind the link is not the project's to change.
  private static boolean hasLinkedFolder(Folder folder) {
    for (int i = 0; i < folder.entries(); i++) {
      if (folder.stat(i).kind() == FileStat.Kind.FOLDER && Files.isSymbolicLink(folder.place(i))) {
        return true;
      }
    }
    return folder.folders().stream().anyMatch(FolderUpdate::hasLinkedFolder);
  }

  private void compare(Folder folder, int entry) throws IOException {
    String path = folder.path(entry);
    while (more && tree.path().compareTo(path) < 0) {
      expectNext();
    }
    boolean wanted = more && tree.path().equals(path);
    if (wanted
        && tree.executable() == folder.stat(entry).executable()
        && tree.size() == folder.stat(entry).size()
        && tree.digest().equals(folder.digest(entry))) {
      more = tree.next();
      return;
    }
    Path file = folder.place(entry);
    Files.deleteIfExists(file);
    if (!wanted) {
      removeEmptied(parent(file));
    }
  }

  private void removeEmptied(Path folder) throws IOException {
    for (Path each = folder; !each.equals(place); each = parent(each)) {
      try {
        Files.deleteIfExists(each);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }

  // All paths here are below the place.
  private static Path parent(Path path) {
    return requireNonNull(path.getParent());
  }

  private void expectNext() throws IOException {
    Path target = place.resolve(tree.path());
    blocked |= Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    for (Path parent = parent(target);
        !parent.equals(place) && parents.add(parent);
        parent = parent(parent)) {
      blocked |=
          Files.exists(parent, LinkOption.NOFOLLOW_LINKS)
              && !Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS);
    }
    toWrite.add(tree.path(), tree.executable(), tree.digest().raw(), 0, tree.size());
    more = tree.next();
  }
}
