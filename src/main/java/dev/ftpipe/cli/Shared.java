package dev.ftpipe.cli;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.run.Project;
import dev.ftpipe.run.RemoteResults;
import dev.ftpipe.run.SharedResults;
import dev.ftpipe.store.remote.Remote;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The remote of a repro, connected when something has to be asked of it first. */
final class Shared implements Closeable {
  static final Shared NOTHING = new Shared();

  private final Optional<Project> project;
  private final SharedResults results;
  private final Supplier<Remotes> connect;
  private @Nullable Remotes remotes;

  private Shared() {
    this.project = Optional.empty();
    this.results = SharedResults.NONE;
    this.connect =
        () -> {
          throw new IllegalStateException("there is no remote");
        };
  }

  Shared(Project project, Supplier<Remotes> connect, boolean publish, boolean required) {
    this.project = Optional.of(project).filter(each -> publish);
    this.results = new RemoteResults(project, this::remote, publish, required);
    this.connect = connect;
  }

  SharedResults results() {
    return results;
  }

  /** Makes a run known to others, with all that it left, if that is wanted. */
  void publish(String run) throws IOException {
    if (project.isEmpty()) {
      return;
    }
    try {
      new RunBook(project.get().root(), remote()).push(project.get(), List.of(run));
    } catch (FtpipeException e) {
      if (e.kind() != FtpipeException.Kind.ENVIRONMENT) {
        throw e;
      }
      project.get().note("the record of this run was not pushed: " + e.getMessage());
    }
  }

  private synchronized Remote remote() {
    if (remotes == null) {
      remotes = connect.get();
    }
    return remotes.get();
  }

  @Override
  public synchronized void close() throws IOException {
    if (remotes != null) {
      remotes.close();
    }
  }
}
