package dev.ftpipe.store.local;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The packs of a cache that others made or make. Guarded by its {@link PackStore}. */
final class PackList {
  private final StoreLayout layout;
  private final Consumer<String> notes;
  private final Map<String, Pack> sealed = new LinkedHashMap<>();
  private final Map<String, Pack> growing = new LinkedHashMap<>();

  PackList(StoreLayout layout, Consumer<String> notes) {
    this.layout = layout;
    this.notes = notes;
  }

  Collection<Pack> sealed() {
    return sealed.values();
  }

  Collection<Pack> growing() {
    return growing.values();
  }

  /**
   * Looks at the disk again.
   *
   * @param own the pack that this process writes, which is not for this list
   */
  void refresh(@Nullable String own) throws IOException {
    // First those that grow: one that is sealed in between is then found among the sealed.
    Set<String> open = names(layout.openPacks());
    forgetGone(growing, open);
    for (String name : open) {
      if (!name.equals(own)) {
        Optional<Pack> pack = Optional.ofNullable(growing.get(name));
        if (pack.isEmpty()) {
          pack = open(layout.openPack(name), layout.openIndex(name));
          pack.ifPresent(found -> growing.put(name, found));
        }
        if (pack.isPresent()) {
          pack.get().catchUp(false);
        }
      }
    }
    if (own != null) {
      close(growing.remove(own));
    }
    Set<String> closed = names(layout.packs());
    forgetGone(sealed, closed);
    for (String name : closed) {
      if (!sealed.containsKey(name)) {
        openSealed(name).ifPresent(found -> sealed.put(name, found));
      }
    }
  }

  private static void forgetGone(Map<String, Pack> packs, Set<String> there) throws IOException {
    for (String name : Set.copyOf(packs.keySet())) {
      if (!there.contains(name)) {
        close(packs.remove(name));
      }
    }
  }

  private static void close(@Nullable Pack pack) throws IOException {
    if (pack != null) {
      pack.close();
    }
  }

  /** Names of the packs in a folder. */
  static Set<String> names(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    try (DirectoryStream<Path> packs = Files.newDirectoryStream(folder, "*" + StoreLayout.PACK)) {
      for (Path pack : packs) {
        String name = String.valueOf(pack.getFileName());
        names.add(name.substring(0, name.length() - StoreLayout.PACK.length()));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return names;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  private static Optional<Pack> open(Path file, Path index) throws IOException {
    try {
      return Optional.of(Pack.open(file, index));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Optional<Pack> openSealed(String name) throws IOException {
    Optional<Pack> opened = open(layout.sealedPack(name), layout.sealedIndex(name));
    if (opened.isPresent() && !opened.get().indexed()) {
      Pack pack = opened.get();
      pack.catchUp(true);
      notes.accept(
          "the index of cache pack "
              + pack.file()
              + " was missing or damaged; made again, "
              + pack.count()
              + " blobs found");
      writeIndex(name, pack);
    }
    return opened;
  }

  /** Writes down what was dropped, where the cache can be written to. */
  void persist() {
    sealed.forEach(
        (name, pack) -> {
          if (pack.hasDropped()) {
            writeIndex(name, pack);
          }
        });
  }

  private void writeIndex(String name, Pack pack) {
    try {
      pack.writeIndex(layout.sealedIndex(name));
    } catch (IOException e) {
      // A cache that is read only, or full: the next process finds out by itself.
      return;
    }
  }

  /** Lets go of a pack whose records are not where its index says; it is read anew. */
  void reopen(Pack pack) throws IOException {
    for (String name : Set.copyOf(sealed.keySet())) {
      if (pack.equals(sealed.get(name))) {
        close(sealed.remove(name));
        try {
          Files.deleteIfExists(layout.sealedIndex(name));
        } catch (IOException e) {
          // Read only: the pack is known to be without that index from its second opening on.
          sealed.put(name, Pack.unindexed(pack.file()));
        }
      }
    }
    for (String name : Set.copyOf(growing.keySet())) {
      if (pack.equals(growing.get(name))) {
        close(growing.remove(name));
      }
    }
  }

  void close() throws IOException {
    for (Pack pack : sealed.values()) {
      pack.close();
    }
    for (Pack pack : growing.values()) {
      pack.close();
    }
    sealed.clear();
    growing.clear();
  }
}
