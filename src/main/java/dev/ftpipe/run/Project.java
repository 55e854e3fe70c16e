package dev.ftpipe.run;

import dev.ftpipe.base.Awaited;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.run.tree.WorkTree;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A project folder that is open: its graph, lock file, store and work tree. */
public final class Project {
  private final Path root;
  private final ProjectFolders folders;
  private final Graph graph;
  private final Store store;
  private final Consumer<String> notes;
  private final WorkTree workTree;
  private final Set<String> sources;
  private final Set<String> said = new HashSet<>();
  private final Ledger ledger;
  private final Sources added;

  private Project(Path root, Graph graph, Store store, Consumer<String> notes, Known known) {
    this.root = root;
    this.folders = new ProjectFolders(root);
    this.graph = graph;
    this.store = store;
    this.notes = notes;
    this.ledger = known.ledger();
    this.workTree = known.workTree();
    this.sources = new LinkedHashSet<>(graph.sources());
    this.added = new Sources(this, ledger);
  }

  /** What earlier commands left. */
  private record Known(Ledger ledger, WorkTree workTree) {
    static Known of(Path root, Store store, Consumer<String> notes) throws IOException {
      Path state = new ProjectFolders(root).state();
      return new Known(
          Ledger.open(root.resolve(LockFile.NAME), state.resolve("journal")),
          WorkTree.open(root, state, store.content(), notes));
    }
  }

  /**
   * Opens the project; reads the lock file and the state index, and writes nothing.
   *
   * @param root absolute
   * @param graph reads the pipeline, while another thread reads what earlier commands left
   * @param notes hears of what is worth a line besides the stages: damaged files that were ignored
   * @throws dev.ftpipe.base.FtpipeException wrong use, for a pipeline or lock file that ftpipe
   *     cannot read
   */
  public static Project open(Path root, Supplier<Graph> graph, Store store, Consumer<String> notes)
      throws IOException {
    Path folder = root.toAbsolutePath().normalize();
    FutureTask<Known> known = new FutureTask<>(() -> Known.of(folder, store, notes));
    Thread reader = new Thread(known, "lock and index");
    reader.setDaemon(true);
    reader.start();
    Graph loaded = graph.get();
    return new Project(folder, loaded, store, notes, Awaited.of(known));
  }

  /** Opens the project with a graph that is known. */
  public Project(Path root, Graph graph, Store store, Consumer<String> notes) throws IOException {
    this(
        root.toAbsolutePath().normalize(),
        graph,
        store,
        notes,
        Known.of(root.toAbsolutePath().normalize(), store, notes));
  }

  /** The folder of the local cache of a project. */
  public static Path cacheFolder(Path root) {
    return root.resolve(".ftpipe/cache");
  }

  public Path root() {
    return root;
  }

  /** What is ftpipe's own in it. */
  public ProjectFolders folders() {
    return folders;
  }

  public Graph graph() {
    return graph;
  }

  Store store() {
    return store;
  }

  /** What was added. */
  public Sources sources() {
    return added;
  }

  WorkTree workTree() {
    return workTree;
  }

  /**
   * What is where an output belongs; empty when nothing is, or what cannot be an output: a pipe, a
   * link to nothing, a file that something still writes to. The stage makes it again.
   */
  Optional<Artifact> inPlace(Output output) throws IOException {
    try {
      return workTree.measure(output.path());
    } catch (FtpipeException e) {
      if (e.kind() == FtpipeException.Kind.PIPELINE) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether the local store has all of some content. */
  public boolean isKept(Artifact content) throws IOException {
    return workTree.restorable(content);
  }

  /** Where content is kept. */
  public ContentStore content() {
    return store.content();
  }

  /** Whether a target of a command means a stage, an output or a source. */
  public boolean isTarget(String text) {
    try {
      Selection selected = Selection.of(this, List.of(text));
      return !selected.stages().isEmpty() || !selected.sources().isEmpty();
    } catch (FtpipeException e) {
      return false;
    }
  }

  /** A sentence for the user, besides the stages. */
  public void note(String sentence) {
    notes.accept(sentence);
  }

  /** A sentence that need not be said for every stage. */
  synchronized void noteOnce(String sentence) {
    if (said.add(sentence)) {
      note(sentence);
    }
  }

  /** Reads the lock file again, now that nobody else writes it. */
  void reloadLock() throws IOException {
    ledger.reload();
  }

  /** What all stages last read and wrote, as of now. */
  LockFile lock() {
    return ledger.snapshot();
  }

  /** What the stage last read and wrote; empty when it never succeeded. */
  Optional<LockFile.Entry> last(Stage stage) {
    return ledger.stage(stage.name());
  }

  /** Makes the result of a stage known: it survives the end of the process. */
  void record(Stage stage, LockFile.Entry entry, Map<String, Artifact> inputs) throws IOException {
    Map<String, Artifact> itsSources = new TreeMap<>();
    for (var input : inputs.entrySet()) {
      workTree.keepListing(input.getKey(), input.getValue());
      if (isSource(input.getKey())) {
        itsSources.put(input.getKey(), input.getValue());
      }
    }
    ledger.record(stage.name(), entry, itsSources);
  }

  /** Takes all that another lock file says of what is in this pipeline. */
  void adopt(LockFile lock) {
    ledger.adopt(lock);
  }

  void forget(Stage stage) throws IOException {
    ledger.forget(stage.name());
  }

  /** Whether no stage makes this dependency. */
  boolean isSource(String path) {
    return sources.contains(path);
  }

  /** Writes the lock file, without what left the pipeline. */
  void writeLock() throws IOException {
    ledger.write(
        sources, graph.stages().stream().map(Stage::name).collect(Collectors.toUnmodifiableSet()));
  }

  /** Keeps what was learned about files, for the next command. */
  void saveIndex() {
    try {
      if (Files.isDirectory(folders.state())) {
        workTree.save();
      }
    } catch (IOException e) {
      note("the state index was not written, files are read again: " + IoProblem.sentence(e));
    }
  }

  /** What a stage last wrote, as the lock file has it: path to content. */
  public Map<String, Artifact> lockedOutputs(String stage) {
    return ledger.stage(stage).map(LockFile.Entry::outputs).orElse(Map.of());
  }

  /** Another folder as content: what is measured there is not remembered. */
  WorkTree treeIn(Path folder) throws IOException {
    return WorkTree.open(folder, folder.resolve(".ftpipe/none"), store.content(), notes);
  }
}
