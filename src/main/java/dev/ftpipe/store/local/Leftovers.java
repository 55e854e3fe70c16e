package dev.ftpipe.store.local;

import dev.ftpipe.base.Digest;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.ContentStore;
import dev.ftpipe.store.Needed;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What processes that were killed have left in a store's folder: unfinished files, and downloads of
 * which nobody needs the rest. A download that the next pull goes on with stays.
 */
final class Leftovers {
  private final StoreLayout layout;

  Leftovers(StoreLayout layout) {
    this.layout = layout;
  }

  void remove(Needed needed) {
    try {
      new TemporaryFiles(layout).clean();
      for (String name : downloads()) {
        if (!isWorthGoingOn(name, needed)) {
          removeUnlessAtWork(name);
        }
      }
    } catch (IOException e) {
      throw IoProblem.writing(layout.root(), e);
    }
  }

  private Set<String> downloads() throws IOException {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.incoming())) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        names.add(
            name.endsWith(ContentStore.MARKS)
                ? name.substring(0, name.length() - ContentStore.MARKS.length())
                : name);
      }
    } catch (NoSuchFileException e) {
      return names;
    }
    return names;
  }

  private boolean isWorthGoingOn(String name, Needed needed) {
    if (!Digest.isOne(name)) {
      return false;
    }
    Digest digest = new Digest(name);
    return needed.needs(digest) && !Files.exists(layout.blob(digest));
  }

  /** Whoever receives a blob holds a lock on its marks. */
  private void removeUnlessAtWork(String name) throws IOException {
    Optional<FileOwnership> dead =
        FileOwnership.take(layout.incoming().resolve(name + ContentStore.MARKS));
    if (dead.isPresent()) {
      Files.deleteIfExists(layout.incoming().resolve(name));
      dead.get().abandon();
    }
  }
}
