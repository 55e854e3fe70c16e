package dev.ftpipe.cli;

import dev.ftpipe.run.WorkerCommand;
import dev.ftpipe.stage.StageKind;
import dev.ftpipe.store.Link;
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
 * @param worker starts a stage in a process of its own
 */
public record Wiring(Map<String, StageKind<?>> kinds, Stores stores, WorkerCommand worker) {
  public Wiring {
    kinds = Map.copyOf(kinds);
  }

  /**
   * Opens the store in a folder, see {@link Link}; {@code notes} hears of damage that was found
   * there.
   */
  public interface Stores {
    Store open(Path folder, List<Link> links, Consumer<String> notes);
  }
}
