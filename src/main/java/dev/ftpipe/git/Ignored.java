package dev.ftpipe.git;

import dev.ftpipe.base.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tells git not to look at what is kept elsewhere. */
public final class Ignored {
  private Ignored() {}

  /**
   * Adds a line to the {@code .gitignore} beside a path, unless that is there already, or there is
   * no git repository.
   *
   * @param path relative to {@code root}
   * @return whether a line was added
   */
  public static boolean add(Path root, String path) throws IOException {
    Path place = root.resolve(path);
    if (GitFolder.around(root).isEmpty()) {
      return false;
    }
    Path file = place.resolveSibling(".gitignore");
    String line = "/" + escaped(place.getFileName().toString());
    List<String> lines =
        Files.exists(file) ? new ArrayList<>(Files.readAllLines(file)) : new ArrayList<>();
    if (lines.contains(line)) {
      return false;
    }
    lines.add(line);
    AtomicFiles.write(file, String.join("\n", lines) + "\n");
    return true;
  }

  private static String escaped(String name) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      out.append("*?[]\\!# ".indexOf(c) >= 0 ? "\\" + c : String.valueOf(c));
    }
    return out.toString();
  }
}
