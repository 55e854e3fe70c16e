package dev.ftpipe.run.tree;

/**
 * One file of a folder that is not as it was.
 *
 * @param what {@code added}, {@code removed}, {@code renamed}, {@code content} or {@code
 *     executable}, its execute bit
 * @param path inside the folder
 * @param from the path that a renamed file had; empty otherwise
 */
public record FileChange(String what, String path, String from) {
  static final String ADDED = "added";
  static final String REMOVED = "removed";
  static final String RENAMED = "renamed";
  static final String CONTENT = "content";
  static final String EXECUTABLE = "executable";

  /** {@code renamed: a.txt → b.txt}. */
  public String sentence() {
    return what + ": " + (from.isEmpty() ? "" : from + " → ") + path;
  }
}
