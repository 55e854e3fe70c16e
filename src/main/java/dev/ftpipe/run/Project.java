package dev.ftpipe.run;

import dev.ftpipe.base.IoProblem;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.tree.WorkTree;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A project folder that is open: its graph, lock file, store and work tree. */
public final class Project {
  private static final String IGNORED =
      """
      /cache/
      /state/
      /runs/
      /config.local.yaml
      """;

  private final Path root;
  private final Graph graph;
  private final Store store;
  private final Consumer<String> notes;
  private final WorkTree workTree;
  private final Set<String> sources;
  private LockFile lock;

  /**
   * Opens the project; reads the lock file and the state index, and writes nothing.
   *
   * @param root absolute
   * @param notes hears of what is worth a line besides the stages: damaged files that were ignored
   * @throws dev.ftpipe.base.FtpipeException wrong use, for a lock file that ftpipe cannot read
   */
  public Project(Path root, Graph graph, Store store, Consumer<String> notes) throws IOException {
    this.root = root.toAbsolutePath().normalize();
    this.graph = graph;
    this.store = store;
    this.notes = notes;
    this.lock = LockFile.read(lockFile());
    this.workTree = WorkTree.open(this.root, state(), store.content(), notes);
    this.sources = new LinkedHashSet<>(graph.sources());
  }

  /** The folder of the local cache of a project. */
  public static Path cacheFolder(Path root) {
    return root.resolve(".ftpipe/cache");
  }

  public Path root() {
    return root;
  }

  public Graph graph() {
    return graph;
  }

  Store store() {
    return store;
  }

  WorkTree workTree() {
    return workTree;
  }

  /** A sentence for the user, besides the stages. */
  void note(String sentence) {
    notes.accept(sentence);
  }

  /** Reads the lock file again, now that nobody else writes it. */
  synchronized void reloadLock() throws IOException {
    lock = LockFile.read(lockFile());
  }

  synchronized LockFile lock() {
    return lock;
  }

  /** Makes the result of a stage known: the lock file on the disk says so when this returns. */
  synchronized void record(Stage stage, LockFile.Entry entry, Map<String, Artifact> inputs)
      throws IOException {
    Map<String, Artifact> itsSources =
        inputs.entrySet().stream()
            .filter(input -> sources.contains(input.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    lock = lock.with(stage.name(), entry, itsSources);
    writeLock();
  }

  synchronized void forget(Stage stage) throws IOException {
    lock = lock.without(stage.name());
    writeLock();
  }

  /** Whether no stage makes this dependency. */
  boolean isSource(String path) {
    return sources.contains(path);
  }

  /** Writes the lock file, without what left the pipeline. */
  synchronized void writeLock() throws IOException {
    Set<String> stages = graph.stages().stream().map(Stage::name).collect(Collectors.toSet());
    lock = lock.limitedTo(sources, stages);
    if (!lock.stages().isEmpty() || Files.exists(lockFile())) {
      lock.write(lockFile());
    }
  }

  /** Keeps what was learned about files, for the next command. */
  void saveIndex() {
    try {
      if (Files.isDirectory(state())) {
        workTree.save();
      }
    } catch (IOException e) {
      note("the state index was not written, files are read again: " + IoProblem.sentence(e));
    }
  }

  /** Makes {@code .ftpipe/} and what a repro needs in it. */
  void prepare() throws IOException {
    Path own = root.resolve(".ftpipe");
    try {
      Files.createDirectories(logs());
      Path ignore = own.resolve(".gitignore");
      if (!Files.exists(ignore)) {
        Files.writeString(ignore, IGNORED);
      }
    } catch (IOException e) {
      throw IoProblem.writing(own, e);
    }
  }

  private Path lockFile() {
    return root.resolve(LockFile.NAME);
  }

  private Path state() {
    return root.resolve(".ftpipe/state");
  }

  Path logs() {
    return state().resolve("logs");
  }

  Path workspaceLock() {
    return state().resolve("lock");
  }

  /** What an interrupted attempt left for the next one with the same key. */
  Path scratch(String key) {
    return state().resolve("scratch").resolve(key);
  }
}
