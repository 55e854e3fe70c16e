package dev.ftpipe.run.sandbox;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.dag.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A folder that stands for the project while the commands of one stage run. Whoever makes it puts
 * the declared inputs into {@link #tree} and seals it; afterwards it tells which of them a command
 * changed, and what was written besides the outputs. Removed when closed.
 */
public final class Sandbox implements AutoCloseable {
  private static final int SHOWN = 5;

  // What an interpreter leaves beside every module that it reads.
  private static final String PYTHON_CACHE = "__pycache__/";

  private final Path folder;
  private final Path tree;
  private final Path project;
  private final Hiding hiding;
  private final CleanEnvironment environment;
  private final List<Path> tools = new ArrayList<>();
  private Snapshot sealed = new Snapshot(Map.of());

  private Sandbox(Path folder, Path project, Hiding hiding, CleanEnvironment environment) {
    this.folder = folder;
    this.tree = tree(folder);
    this.project = project;
    this.hiding = hiding;
    this.environment = environment;
  }

  /**
   * Makes an empty one.
   *
   * @param folder does not exist, or holds what an earlier process left
   * @param project absolute path of the folder that it stands for
   * @param env variables that the stage declares
   */
  public static Sandbox make(Path folder, Path project, Map<String, String> env)
      throws IOException {
    try {
      AtomicFiles.deleteTree(folder);
      Path tree = Files.createDirectories(tree(folder));
      Hiding hiding = Hiding.best(tree, project);
      return new Sandbox(folder, project, hiding, new CleanEnvironment(System.getenv(), env));
    } catch (IOException e) {
      throw IoProblem.writing(folder, e);
    }
  }

  /** The tree of the sandbox that is made in this folder. */
  public static Path tree(Path folder) {
    return folder.resolve("tree");
  }

  /** What the commands see as the project. */
  public Path tree() {
    return tree;
  }

  /** Whether absolute paths into the project lead here as well. */
  public boolean hidesProject() {
    return hiding != Hiding.NONE;
  }

  /** The inputs are in place: from here on they must not change. */
  public void seal() throws IOException {
    for (Path tool : MachineFolders.of(project, environment.variables())) {
      Path there = tree.resolve(project.relativize(tool));
      if (Files.exists(there)) {
        continue;
      }
      tools.add(tool);
      if (hidesProject()) {
        Files.createDirectories(there);
      } else {
        Files.createDirectories(there.getParent());
        Files.createSymbolicLink(there, tool);
      }
    }
    sealed = Snapshot.of(tree);
  }

  /**
   * A process that runs a command, not started.
   *
   * @param wdir where it runs, relative to the project
   */
  public ProcessBuilder process(String command, String wdir) {
    Path at = (hidesProject() ? project : tree).resolve(wdir).normalize();
    Hiding.View view = new Hiding.View(tree, project, at, tools);
    ProcessBuilder builder = new ProcessBuilder(hiding.wrap(view, command));
    builder.directory(tree.resolve(wdir).normalize().toFile());
    builder.environment().clear();
    builder.environment().putAll(environment.variables());
    return builder;
  }

  /**
   * What a failed or suspicious command may have missed, each a sentence.
   *
   * @param said lines that it wrote
   * @param hiddenParams values of params files that are not here: {@code FILE:NAME}
   */
  public List<String> hints(
      List<String> commands, String wdir, List<String> said, List<String> hiddenParams) {
    return new Hints(project, tree, wdir, environment.hidden(), hiddenParams).of(commands, said);
  }

  /**
   * Looks at what the commands left behind.
   *
   * @param outs the declared outputs
   * @return files that were written and are no outputs, sorted
   * @throws FtpipeException of the pipeline, when an input was changed or removed
   */
  public List<String> inspect(List<Output> outs) throws IOException {
    Snapshot now = Snapshot.of(tree);
    Outputs outputs = new Outputs(outs);
    List<String> changed = new ArrayList<>();
    for (String path : sealed.files().keySet()) {
      if (!outputs.cover(path) && !sealed.same(now, path)) {
        changed.add(path + (now.has(path) ? "" : " (removed)"));
      }
    }
    if (!changed.isEmpty()) {
      throw FtpipeException.pipeline(
          "it changed "
              + some(changed)
              + ", which it declares to read; write to an output instead, or declare it as an"
              + " output with 'persist'");
    }
    return now.files().keySet().stream()
        .filter(path -> !sealed.has(path) && !outputs.cover(path))
        .filter(path -> !path.startsWith(PYTHON_CACHE) && !path.contains("/" + PYTHON_CACHE))
        .toList();
  }

  /** The first few of a list, as text. */
  public static String some(List<String> all) {
    String few = all.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return all.size() <= SHOWN ? few : few + " and " + (all.size() - SHOWN) + " more";
  }

  @Override
  public void close() throws IOException {
    AtomicFiles.deleteTree(folder);
  }
}
