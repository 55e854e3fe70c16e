package dev.ftpipe.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamFiles;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.git.Commit;
import dev.ftpipe.git.GitRepository;
import dev.ftpipe.report.Snapshot;
import dev.ftpipe.run.LockedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The project as it was in a commit. A file that git does not have, an output that is cached, comes
 * from the cache by the digest in that commit's lock file.
 */
final class Revision implements Snapshot {
  /** Bytes of a file that is shown: a plot of a million rows, not a data set. */
  static final int LARGEST = 64 << 20;

  private final GitRepository git;
  private final Commit commit;
  private final ConfigFolder config;
  private final Graph graph;
  private final LockedFiles locked;
  private final Consumer<String> notes;

  Revision(
      GitRepository git,
      Commit commit,
      ConfigFolder config,
      Graph graph,
      LockedFiles locked,
      Consumer<String> notes) {
    this.git = git;
    this.commit = commit;
    this.config = config;
    this.graph = graph;
    this.locked = locked;
    this.notes = notes;
  }

  @Override
  public String name() {
    return commit.name();
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public Optional<JsonNode> params(String path, Problems problems) {
    try {
      if (!config.fill(path)) {
        return Optional.empty();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ParamFiles(config.folder(), ParamOverrides.NONE, problems)
        .mapping(path)
        .map(Located::node);
  }

  @Override
  public Optional<byte[]> read(String path) {
    Optional<byte[]> tracked = git.read(commit, path, LARGEST);
    if (tracked.isPresent() || !locked.knows(path)) {
      return tracked;
    }
    try {
      Optional<byte[]> cached = locked.read(path, LARGEST);
      if (cached.isEmpty()) {
        notes.accept(
            path + " at " + commit.name() + " is neither in git nor in the cache; shown as absent");
      }
      return cached;
    } catch (IOException e) {
      throw FtpipeException.environment("cannot read the cache: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> files(String folder) {
    List<String> tracked = git.files(commit, folder);
    if (!tracked.isEmpty()) {
      return tracked;
    }
    try {
      return locked.files(folder);
    } catch (IOException e) {
      throw FtpipeException.environment("cannot read the cache: " + e.getMessage(), e);
    }
  }
}
