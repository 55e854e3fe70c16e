package dev.ftpipe.run.tree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that count as a folder's content. */
public final class FilesBelow {
  private FilesBelow() {}

  /**
   * Lists them, links followed, in the order of their paths.
   *
   * @param root of the project, for messages
   */
  public static List<Path> of(Path folder, Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    FolderWalk.of(folder, root).visit((part, entry) -> files.add(part.place(entry)));
    return files;
  }
}
