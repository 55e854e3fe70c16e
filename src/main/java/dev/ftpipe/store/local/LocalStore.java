package dev.ftpipe.store.local;

import dev.ftpipe.store.Link;
import dev.ftpipe.store.Store;
import java.nio.file.Path;
import java.util.List;
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
    return open(root, List.of(Link.COPY), notes);
  }

  /**
   * The store in {@code root}, which large files of the work tree are linked to.
   *
   * @param links the ways to link, the preferred one first; where none works, files are copied
   */
  public static Store open(Path root, List<Link> links, Consumer<String> notes) {
    StoreLayout layout = new StoreLayout(root);
    return new Store(
        new LocalContentStore(layout, links, notes),
        new LocalActionCache(layout, notes),
        new LocalUpkeep(layout, notes));
  }
}
