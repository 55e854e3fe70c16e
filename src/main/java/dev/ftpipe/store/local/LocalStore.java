package dev.ftpipe.store.local;

import dev.ftpipe.store.Store;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Opens the store in a folder. */
public final class LocalStore {
  private LocalStore() {}

  /**
   * The store in {@code root}, which is made at the first write.
   *
   * @param notes hears of every damaged object that was found and removed, one sentence each
   */
  public static Store open(Path root, Consumer<String> notes) {
    StoreLayout layout = new StoreLayout(root);
    return new Store(new LocalContentStore(layout, notes), new LocalActionCache(layout, notes));
  }
}
