package dev.ftpipe.run.sandbox;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Folders of the project that are part of the machine, not of the inputs: those on the {@code
 * PATH}, with the Python environment that they belong to. A command that is found there is found in
 * a sandbox too.
 */
final class MachineFolders {
  private MachineFolders() {}

  /** The outermost ones, absolute. */
  static List<Path> of(Path project, Map<String, String> variables) {
    Set<Path> found = new LinkedHashSet<>();
    for (String entry : variables.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!entry.isEmpty()) {
        add(project, environmentOf(Path.of(entry)), found);
      }
    }
    for (String name : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      if (variables.containsKey(name)) {
        add(project, Path.of(variables.get(name)), found);
      }
    }
    List<Path> outermost = new ArrayList<>(found);
    outermost.removeIf(
        each -> found.stream().anyMatch(other -> !other.equals(each) && each.startsWith(other)));
    return outermost;
  }

  private static Path environmentOf(Path programs) {
    Path parent = programs.toAbsolutePath().getParent();
    return parent != null && isPython(parent) ? parent : programs;
  }

  private static boolean isPython(Path folder) {
    return Files.exists(folder.resolve("pyvenv.cfg")) || Files.exists(folder.resolve("conda-meta"));
  }

  private static void add(Path project, Path folder, Set<Path> found) {
    Path place = folder.normalize();
    if (place.startsWith(project) && !place.equals(project) && Files.isDirectory(place)) {
      found.add(place);
    }
  }
}
