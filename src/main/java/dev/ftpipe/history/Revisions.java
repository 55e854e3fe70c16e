package dev.ftpipe.history;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.Pipelines;
import dev.ftpipe.git.Commit;
import dev.ftpipe.git.GitRepository;
import dev.ftpipe.report.Snapshot;
import dev.ftpipe.run.LockedFiles;
import dev.ftpipe.stage.StageKind;
import dev.ftpipe.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Opens a project as it was. Git is looked for when the first revision is asked for. */
public final class Revisions implements AutoCloseable {
  private final Path root;
  private final Map<String, StageKind<?>> kinds;
  private final Store store;
  private final Consumer<String> notes;
  private final List<ConfigFolder> opened = new ArrayList<>();
  private Optional<GitRepository> git = Optional.empty();

  /**
   * The past of the project in {@code root}.
   *
   * @param kinds the built-in stages by name
   * @param store where cached outputs are
   * @param notes hears of files that are gone
   */
  public Revisions(
      Path root, Map<String, StageKind<?>> kinds, Store store, Consumer<String> notes) {
    this.root = root;
    this.kinds = kinds;
    this.store = store;
    this.notes = notes;
  }

  /** The repository. */
  public GitRepository git() {
    if (git.isEmpty()) {
      git = Optional.of(GitRepository.open(root));
    }
    return git.get();
  }

  /**
   * The project at a revision.
   *
   * @throws FtpipeException wrong use: no repository, no such revision, no pipeline there or one
   *     that cannot be read
   */
  public Snapshot at(String revision) throws IOException {
    return at(git().resolve(revision));
  }

  /** The project at a commit; errors as for {@link #at(String)}. */
  public Snapshot at(Commit commit) throws IOException {
    ConfigFolder config = ConfigFolder.of(git(), commit);
    opened.add(config);
    if (!config.hasPipeline()) {
      throw FtpipeException.usage(
          "there is no "
              + String.join(" or ", Pipelines.FILE_NAMES)
              + " at revision "
              + commit.name());
    }
    Optional<byte[]> lock = git().read(commit, LockedFiles.LOCK, Revision.LARGEST);
    try {
      Graph graph = Pipelines.load(config.folder(), kinds, ParamOverrides.NONE);
      LockedFiles locked =
          lock.isPresent()
              ? LockedFiles.of(lock.get(), store.content())
              : LockedFiles.none(store.content());
      return new Revision(git(), commit, config, graph, locked, notes);
    } catch (FtpipeException e) {
      throw new FtpipeException(
          e.kind(), "at revision " + commit.name() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    git.ifPresent(GitRepository::close);
    for (ConfigFolder each : opened) {
      each.close();
    }
  }
}
