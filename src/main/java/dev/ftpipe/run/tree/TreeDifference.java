package dev.ftpipe.run.tree;

import dev.ftpipe.base.Digest;
import dev.ftpipe.store.TreeReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares a folder with the tree that it was, both read once in the order of their paths. A file
 * that is gone and one that is new with the same content are one that was renamed; where there are
 * more than ten thousand of both, the others are not matched.
 */
final class TreeDifference {
  private static final int MOST_MATCHED = 10_000;
  private static final int SHOWN = 5;

  /** A file that is on one side only. */
  private record Single(String path, Digest digest) {}

  private final TreeReader old;
  private boolean more;
  private final List<FileChange> changed = new ArrayList<>();
  private final List<Single> added = new ArrayList<>();
  private final List<Single> removed = new ArrayList<>();
  private long total;

  /** Nothing of the folder has been seen yet. */
  TreeDifference(TreeReader old) {
    this.old = old;
    this.more = old.next();
  }

  /** The next file of the folder as it is now. */
  void add(String path, boolean executable, Digest digest) {
    while (more && old.path().compareTo(path) < 0) {
      removeOld();
    }
    if (!more || !old.path().equals(path)) {
      total++;
      keep(added, new Single(path, digest));
      return;
    }
    if (!old.digest().equals(digest)) {
      change(FileChange.CONTENT, path);
    } else if (old.executable() != executable) {
      change(FileChange.EXECUTABLE, path);
    }
    more = old.next();
  }

  private void removeOld() {
    total++;
    keep(removed, new Single(old.path(), old.digest()));
    more = old.next();
  }

  private void change(String what, String path) {
    total++;
    if (changed.size() < SHOWN) {
      changed.add(new FileChange(what, path, ""));
    }
  }

  private static void keep(List<Single> all, Single one) {
    if (all.size() < MOST_MATCHED) {
      all.add(one);
    }
  }

  /** The difference, when all files of the folder have been added. */
  FolderChanges end() {
    while (more) {
      removeOld();
    }
    List<FileChange> all = new ArrayList<>(changed);
    Map<Digest, Deque<Single>> gone = new HashMap<>();
    removed.forEach(
        each -> gone.computeIfAbsent(each.digest(), key -> new ArrayDeque<>()).add(each));
    long renamed = 0;
    for (Single each : added) {
      Deque<Single> before = gone.getOrDefault(each.digest(), new ArrayDeque<>());
      if (before.isEmpty()) {
        all.add(new FileChange(FileChange.ADDED, each.path(), ""));
      } else {
        renamed++;
        all.add(new FileChange(FileChange.RENAMED, each.path(), before.remove().path()));
      }
    }
    gone.values()
        .forEach(
            left ->
                left.forEach(each -> all.add(new FileChange(FileChange.REMOVED, each.path(), ""))));
    all.sort(Comparator.comparing(FileChange::path));
    return new FolderChanges(all.subList(0, Math.min(SHOWN, all.size())), total - renamed);
  }
}
