package dev.ftpipe.git;

import dev.ftpipe.base.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells git not to look at what is kept elsewhere. */
public final class Ignored {
  private final Path root;
  private final Predicate<String> isContent;

  /**
   * For the folder of a project, in a git repository or not.
   *
   * @param isContent whether a folder, relative to the root and without a slash at its end, is or
   *     belongs to something whose bytes count: no file is put into it
   */
  public Ignored(Path root, Predicate<String> isContent) {
    this.root = root;
    this.isContent = isContent;
  }

  /** A pattern and the file that it stands in. */
  private record Rule(Path file, String line) {}

  /**
   * Adds a line to the {@code .gitignore} beside each path that git neither ignores nor tracks.
   * Nothing is added where there is no git repository, or no git program to ask.
   *
   * @param paths relative to the root, of what is there
   * @return the paths that a line was added for
   */
  public List<String> add(Collection<String> paths) throws IOException, InterruptedException {
    if (paths.isEmpty() || GitFolder.around(root).isEmpty()) {
      return List.of();
    }
    Map<String, Rule> rules = missing(paths);
    List<String> seen = rules.isEmpty() ? List.of() : seenByGit(List.copyOf(rules.keySet()));
    rules.keySet().retainAll(Set.copyOf(seen));
    Map<Path, Set<String>> lines = new LinkedHashMap<>();
    for (Rule rule : rules.values()) {
      lines.computeIfAbsent(rule.file(), file -> new LinkedHashSet<>()).add(rule.line());
    }
    for (Map.Entry<Path, Set<String>> each : lines.entrySet()) {
      append(each.getKey(), each.getValue());
    }
    return seen;
  }

  /** The rules of those paths that have none of their own: git need not be asked for the others. */
  private Map<String, Rule> missing(Collection<String> paths) throws IOException {
    Map<Path, Set<String>> known = new LinkedHashMap<>();
    Map<String, Rule> missing = new LinkedHashMap<>();
    for (String path : paths) {
      Rule rule = rule(path);
      Set<String> lines = known.get(rule.file());
      if (lines == null) {
        lines = new HashSet<>(text(rule.file()).lines().toList());
        known.put(rule.file(), lines);
      }
      if (!lines.contains(rule.line())) {
        missing.put(path, rule);
      }
    }
    return missing;
  }

  private Rule rule(String path) {
    String folder = parent(path);
    while (!folder.isEmpty() && isContent.test(folder)) {
      folder = parent(folder);
    }
    String below = folder.isEmpty() ? path : path.substring(folder.length() + 1);
    return new Rule(root.resolve(folder).resolve(".gitignore"), "/" + escaped(below));
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  private static String escaped(String path) {
    return path.chars()
        .mapToObj(c -> ("*?[]\\!# ".indexOf(c) >= 0 ? "\\" : "") + (char) c)
        .collect(Collectors.joining());
  }

  /** Those that {@code git status} would show as untracked. */
  private List<String> seenByGit(List<String> paths) throws InterruptedException {
    // With 1 it says that none of them is ignored.
    Optional<List<String>> ignored =
        new GitCommand(root, "check-ignore", "-z", "--stdin").answer(paths, 1);
    Optional<List<String>> tracked = new GitCommand(root, "ls-files", "-z").answer();
    if (ignored.isEmpty() || tracked.isEmpty()) {
      return List.of();
    }
    NavigableSet<String> files = new TreeSet<>(tracked.get());
    List<String> seen = new ArrayList<>(paths);
    seen.removeAll(Set.copyOf(ignored.get()));
    seen.removeIf(path -> files.contains(path) || hasFileBelow(files, path + "/"));
    return seen;
  }

  private static boolean hasFileBelow(NavigableSet<String> files, String folder) {
    @Nullable String next = files.ceiling(folder);
    return next != null && next.startsWith(folder);
  }

  private static String text(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static void append(Path file, Set<String> lines) throws IOException {
    String text = text(file);
    String before = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    AtomicFiles.write(file, before + String.join("\n", lines) + "\n");
  }
}
