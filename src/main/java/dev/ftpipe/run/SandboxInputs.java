package dev.ftpipe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.base.Reflink;
import dev.ftpipe.config.ParamsCut;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Param;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.tree.WorkTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts what a shell stage declares to read into a folder: its dependencies, and its params files
 * with the declared values in them and no others.
 */
final class SandboxInputs {
  /** Knows where the content of a dependency is to be had. */
  interface Source {
    /** Writes it to {@code target}, which does not exist; its folder does. */
    void place(String path, Path target) throws IOException;
  }

  private final Path root;
  private final Path tree;

  /**
   * Inputs of one stage.
   *
   * @param root the project, for the params files
   * @param tree the folder that is filled
   */
  SandboxInputs(Path root, Path tree) {
    this.root = root;
    this.tree = tree;
  }

  /** Places all inputs; gives the values of params files that were left out: {@code FILE:NAME}. */
  List<String> place(Stage stage, Source source) throws IOException {
    // A folder before what lies in it, which is there then already.
    for (String path : stage.deps().stream().sorted().toList()) {
      place(path, source);
    }
    return placeParams(stage);
  }

  /** Places one path, unless a folder around it was. */
  void place(String path, Source source) throws IOException {
    Path target = tree.resolve(path);
    if (Files.exists(target) && !target.equals(tree)) {
      return;
    }
    makeFolder(target);
    source.place(path, target);
  }

  private static void makeFolder(Path target) throws IOException {
    try {
      Files.createDirectories(target.getParent());
    } catch (IOException e) {
      throw IoProblem.writing(target, e);
    }
  }

  private List<String> placeParams(Stage stage) throws IOException {
    List<String> hidden = new ArrayList<>();
    for (var file : paramTexts(stage, root).entrySet()) {
      Path target = tree.resolve(file.getKey());
      if (Files.exists(target)) {
        continue;
      }
      makeFolder(target);
      Files.writeString(target, file.getValue());
      ParamsCut.missing(file.getKey(), text(root.resolve(file.getKey())), file.getValue())
          .forEach(name -> hidden.add(file.getKey() + ":" + name));
    }
    return hidden;
  }

  /** The params files of a stage with the values that it declares and no others: path to text. */
  static Map<String, String> paramTexts(Stage stage, Path root) throws IOException {
    Map<String, Map<String, JsonNode>> files = new LinkedHashMap<>();
    for (Param param : stage.params()) {
      files
          .computeIfAbsent(param.file(), file -> new LinkedHashMap<>())
          .put(param.name(), param.value());
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (var file : files.entrySet()) {
      String whole = text(root.resolve(file.getKey()));
      JsonNode everything = file.getValue().get("");
      texts.put(
          file.getKey(),
          everything != null
              ? ParamsCut.whole(file.getKey(), whole, everything)
              : ParamsCut.of(file.getKey(), whole, file.getValue()));
    }
    return texts;
  }

  private static String text(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /** Makes the folders that a stage finds when it runs in the project. */
  static void makeFolders(Path tree, Stage stage, Action.Shell shell) throws IOException {
    for (Output output : stage.outs()) {
      makeFolder(tree.resolve(output.path()));
    }
    makeFolder(tree.resolve(shell.folder()).normalize().resolve("any"));
  }

  /** The files of the work tree that count as content of a path, as they are now. */
  static Source workTree(Path root) {
    return (path, target) -> copy(root, root.resolve(path), target);
  }

  /** Copies what {@link WorkTree#measure} would look at: links followed, ignored files left out. */
  static void copy(Path root, Path from, Path target) throws IOException {
    if (!Files.isDirectory(from)) {
      copyFile(from, target);
      return;
    }
    Files.createDirectories(target);
    for (Path file : WorkTree.filesOf(from, root)) {
      Path there = target.resolve(from.relativize(file));
      Files.createDirectories(there.getParent());
      copyFile(file, there);
    }
  }

  private static void copyFile(Path from, Path target) throws IOException {
    try {
      if (Files.size(from) >= Reflink.WORTH
          && Reflink.possible(from)
          && Reflink.make(from, target)) {
        Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(from));
        Files.setLastModifiedTime(target, Files.getLastModifiedTime(from));
        return;
      }
      Files.copy(from, target, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw IoProblem.writing(target, e);
    }
  }
}
