package dev.ftpipe.cli;

import dev.ftpipe.run.Project;
import dev.ftpipe.run.SharedResults;
import dev.ftpipe.run.Sharing;
import dev.ftpipe.store.remote.Remote;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The remote of a repro, connected when something has to be asked of it first. */
final class Shared implements Closeable {
  static final Shared NOTHING = new Shared();

  private final SharedResults results;
  private final Supplier<Remotes> connect;
  private @Nullable Remotes remotes;

  private Shared() {
    this.results = SharedResults.NONE;
    this.connect =
        () -> {
          throw new IllegalStateException("there is no remote");
        };
  }

  Shared(Project project, Supplier<Remotes> connect, boolean publish, boolean required) {
    this.results = new Sharing(project, this::remote, publish, required);
    this.connect = connect;
  }

  SharedResults results() {
    return results;
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
