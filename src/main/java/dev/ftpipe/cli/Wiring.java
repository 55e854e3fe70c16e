package dev.ftpipe.cli;

import dev.ftpipe.cloud.Provider;
import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.stage.StageKind;
import dev.ftpipe.store.Link;
import dev.ftpipe.store.ObjectStore;
import dev.ftpipe.store.RemoteSettings;
import dev.ftpipe.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The parts that the commands are given: they know only their contracts.
 *
 * @param kinds the built-in stages by the name after {@code uses:}
 * @param stores opens the local store
 * @param remotes connects to the places of remotes
 * @param worker starts a stage in a process of its own
 * @param providers who has machines for runs, by name
 */
public record Wiring(
    Map<String, StageKind<?>> kinds,
    Stores stores,
    Places remotes,
    WorkerCommand worker,
    Map<String, Provider> providers) {
  public Wiring {
    kinds = Map.copyOf(kinds);
    providers = Map.copyOf(providers);
  }

  /**
   * Opens the store in a folder, see {@link Link}; {@code notes} hears of damage that was found
   * there.
   */
  public interface Stores {
    Store open(Path folder, List<Link> links, Consumer<String> notes);
  }

  /** Connects to where a remote keeps its objects. */
  public interface Places {
    ObjectStore open(RemoteSettings settings);
  }
}
