package dev.ftpipe.run.sandbox;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a command may have wanted and not found. A command says what it misses in its own words;
 * whatever in them is the name of a file of the project, or of a variable, is worth a line.
 */
final class Hints {
  private static final Pattern WORD_END = Pattern.compile("[\\s'\"`:,;()\\[\\]{}<>=|&$]+");
  private static final Set<String> OURS = Set.of(".ftpipe", ".git");

  private final Path project;
  private final Path tree;
  private final String wdir;
  private final Set<String> hiddenVariables;
  private final List<String> hiddenParams;

  private final Set<String> files = new LinkedHashSet<>();
  private final Set<String> variables = new LinkedHashSet<>();
  private final Set<String> params = new LinkedHashSet<>();

  Hints(
      Path project,
      Path tree,
      String wdir,
      Set<String> hiddenVariables,
      List<String> hiddenParams) {
    this.project = project;
    this.tree = tree;
    this.wdir = wdir;
    this.hiddenVariables = hiddenVariables;
    this.hiddenParams = hiddenParams;
  }

  /**
   * Sentences, the files first.
   *
   * @param said lines that the command wrote
   */
  List<String> of(List<String> commands, List<String> said) {
    for (String line : said) {
      for (String word : words(line)) {
        lookForFile(word);
        lookForVariable(word);
        lookForParam(word);
        if (line.contains("No module named")) {
          lookForModule(word);
        }
      }
    }
    for (String command : commands) {
      for (String word : words(command)) {
        lookForFile(word);
        lookForVariable(word);
      }
    }
    return sentences();
  }

  private List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    if (!files.isEmpty()) {
      sentences.add(
          listed(files)
              + " in the project but not among the inputs; add what it reads to deps (of a params"
              + " file, the names to params)");
    }
    if (!params.isEmpty()) {
      sentences.add(listed(params) + " hidden because the stage does not declare it under params");
    }
    if (!variables.isEmpty()) {
      sentences.add(
          "variable "
              + listed(variables)
              + " hidden because the stage does not declare it under env");
    }
    return sentences;
  }

  private static String listed(Set<String> all) {
    return Sandbox.some(List.copyOf(all)) + (all.size() == 1 ? " is" : " are");
  }

  private static List<String> words(String text) {
    return WORD_END.splitAsStream(text).filter(word -> !word.isBlank()).toList();
  }

  private void lookForVariable(String word) {
    if (hiddenVariables.contains(word)) {
      variables.add(word);
    }
  }

  private void lookForParam(String word) {
    for (String param : hiddenParams) {
      if (param.endsWith(":" + word) || param.endsWith("." + word)) {
        params.add(param);
      }
    }
  }

  private void lookForFile(String word) {
    missing(word).ifPresent(files::add);
  }

  private void lookForModule(String word) {
    String path = word.replace('.', '/');
    missing(path + ".py").or(() -> missing(path + "/__init__.py")).ifPresent(files::add);
  }

  /** The project-relative path, of a file that is in the project and not in the sandbox. */
  private Optional<String> missing(String word) {
    // A sentence may end in a point.
    String name = word.endsWith(".") ? word.substring(0, word.length() - 1) : word;
    if (name.isEmpty() || name.equals("/")) {
      return Optional.empty();
    }
    try {
      Path path = project.resolve(wdir).resolve(name).normalize();
      path = path.startsWith(tree) ? project.resolve(tree.relativize(path)) : path;
      if (!path.startsWith(project) || path.equals(project)) {
        return Optional.empty();
      }
      Path relative = project.relativize(path);
      boolean hidden =
          !OURS.contains(relative.getName(0).toString())
              && Files.exists(path)
              && !Files.exists(tree.resolve(relative), LinkOption.NOFOLLOW_LINKS);
      return hidden ? Optional.of(relative.toString()) : Optional.empty();
    } catch (InvalidPathException e) {
      // No path at all, so it names no file.
      return Optional.empty();
    }
  }
}
