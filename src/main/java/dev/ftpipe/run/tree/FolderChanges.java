package dev.ftpipe.run.tree;

import java.util.ArrayList;
import java.util.List;

/**
 * The files in which a folder differs from what it was.
 *
 * @param first a few of them, in the order of their paths
 * @param total how many there are; 0 where it is not known which
 */
public record FolderChanges(List<FileChange> first, long total) {
  public static final FolderChanges UNKNOWN = new FolderChanges(List.of(), 0);

  public FolderChanges {
    first = List.copyOf(first);
  }

  /** A line a file, and how many more there are. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    first.forEach(each -> lines.add(each.sentence()));
    if (total > first.size()) {
      lines.add("and " + (total - first.size()) + " more files");
    }
    return lines;
  }
}
