package dev.ftpipe.store.local;

import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.Damage;
import dev.ftpipe.store.pack.Extent;
import dev.ftpipe.store.pack.Key;
import dev.ftpipe.store.pack.PackFormat;
import dev.ftpipe.store.pack.PackIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Checks and cleans the packs. A pack of which a part goes is written anew, together with others,
 * and removed when the new one is whole; whoever has it open reads on in it.
 */
final class PackUpkeep {
  private final StoreLayout layout;
  private final Consumer<String> notes;

  PackUpkeep(StoreLayout layout, Consumer<String> notes) {
    this.layout = layout;
    this.notes = notes;
  }

  /**
   * A pack on the disk.
   *
   * @param growing whether it is not sealed yet
   */
  private record PackFile(String name, Path file, Path index, boolean growing) {}

  private List<PackFile> files() throws IOException {
    List<PackFile> files = new ArrayList<>();
    for (String name : PackList.names(layout.openPacks())) {
      files.add(new PackFile(name, layout.openPack(name), layout.openIndex(name), true));
    }
    for (String name : PackList.names(layout.packs())) {
      files.add(new PackFile(name, layout.sealedPack(name), layout.sealedIndex(name), false));
    }
    files.sort(Comparator.comparing(PackFile::file));
    return files;
  }

  private static Optional<Pack> open(PackFile each) throws IOException {
    try {
      Pack pack = Pack.open(each.file(), each.index());
      pack.catchUp(each.growing());
      return Optional.of(pack);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  void audit(AuditTally tally) throws IOException {
    for (PackFile each : files()) {
      Optional<Pack> opened = open(each);
      if (opened.isPresent()) {
        try (Pack pack = opened.get()) {
          audit(each, pack, tally);
        }
      }
    }
  }

  private static void audit(PackFile file, Pack pack, AuditTally tally) throws IOException {
    if (!pack.indexed() && Files.exists(file.index())) {
      tally.add(
          Damage.harmless(
              file.index().toString(), "is no index of its pack; made again from the pack"));
    }
    if (pack.end() == 0 && Files.size(file.file()) > 0) {
      tally.add(Damage.harmless(file.file().toString(), "is not a pack"));
    }
    ByteBuffer record = ByteBuffer.allocate(PackFormat.HEADER_BYTES + PackFormat.SMALL);
    for (PackIndex.Entry entry : entries(pack)) {
      switch (pack.read(entry.key(), entry.extent(), record)) {
        case SOUND -> tally.sound(entry.extent().length());
        case MISPLACED -> tally.add(damage(file, entry, "is not where the index says"));
        case DAMAGED -> tally.add(damage(file, entry, "has bytes of another digest"));
      }
    }
  }

  private static Damage damage(PackFile file, PackIndex.Entry entry, String what) {
    return Damage.ofBlob(
        file.file().toString(),
        entry.key().digest(),
        "blob " + entry.key().digest().brief() + "… " + what);
  }

  /** In the order in which they lie in the pack. */
  private static List<PackIndex.Entry> entries(Pack pack) {
    List<PackIndex.Entry> entries = new ArrayList<>(pack.count());
    pack.forEach((key, extent) -> entries.add(new PackIndex.Entry(key, extent)));
    entries.sort(Comparator.comparingLong(entry -> entry.extent().offset()));
    return entries;
  }

  void discard(Collection<Damage> damages) throws IOException {
    Set<String> places = new HashSet<>();
    damages.forEach(damage -> places.add(damage.place()));
    for (PackFile each : files()) {
      if (!places.contains(each.file().toString()) && !places.contains(each.index().toString())) {
        continue;
      }
      try (Ownership owned = own(each).orElse(Ownership.NONE)) {
        if (owned.isTaken()) {
          discard(each, damages);
        }
      }
    }
  }

  private static void discard(PackFile file, Collection<Damage> damages) throws IOException {
    Optional<Pack> opened = open(file);
    if (opened.isEmpty()) {
      return;
    }
    try (Pack pack = opened.get()) {
      for (Damage damage : damages) {
        if (damage.place().equals(file.file().toString())) {
          damage.blob().ifPresent(blob -> pack.drop(Key.of(blob)));
        }
      }
      if (pack.end() == 0) {
        Files.deleteIfExists(file.index());
        Files.deleteIfExists(file.file());
      } else {
        pack.writeIndex(file.index());
      }
    } catch (IOException e) {
      throw IoProblem.writing(file.index(), e);
    }
  }

  /** The right to change a pack; a sealed one needs none. */
  private record Ownership(Optional<FileOwnership> lock, boolean isTaken) implements Closeable {
    static final Ownership NONE = new Ownership(Optional.empty(), false);

    @Override
    public void close() throws IOException {
      if (lock.isPresent()) {
        lock.get().close();
      }
    }

    /** The pack is gone. */
    void abandon() throws IOException {
      if (lock.isPresent()) {
        lock.get().abandon();
      }
    }
  }

  private Optional<Ownership> own(PackFile file) throws IOException {
    if (!file.growing()) {
      return Optional.of(new Ownership(Optional.empty(), true));
    }
    return FileOwnership.take(layout.openLock(file.name()))
        .map(lock -> new Ownership(Optional.of(lock), true));
  }

  private interface Use {
    void of(PackFile file, Pack pack, List<PackIndex.Entry> kept, boolean whole) throws IOException;
  }

  void survey(SweepTally tally) throws IOException {
    forEach(tally, (file, pack, kept, whole) -> {});
  }

  void sweep(SweepTally tally) throws IOException {
    PackRewrite rewrite = new PackRewrite(layout);
    List<PackFile> rewritten = new ArrayList<>();
    List<Ownership> owned = new ArrayList<>();
    try {
      forEach(
          tally,
          (file, pack, kept, whole) -> {
            if (whole) {
              return;
            }
            Optional<Ownership> ownership = own(file);
            if (ownership.isEmpty()) {
              notes.accept(file.file() + " is being written to; left as it is");
              return;
            }
            owned.add(ownership.get());
            rewrite.add(pack, kept);
            rewritten.add(file);
          });
      rewrite.end();
      for (PackFile file : rewritten) {
        remove(file);
      }
      for (Ownership each : owned) {
        each.abandon();
      }
    } finally {
      rewrite.close();
      for (Ownership each : owned) {
        each.close();
      }
    }
  }

  private void remove(PackFile file) {
    try {
      // The pack first: one without its index is read through, an index without a pack is nothing.
      Files.deleteIfExists(file.file());
      Files.deleteIfExists(file.index());
    } catch (IOException e) {
      throw IoProblem.writing(file.file(), e);
    }
  }

  private void forEach(SweepTally tally, Use use) throws IOException {
    for (PackFile file : files()) {
      Optional<Pack> opened = open(file);
      if (opened.isEmpty()) {
        continue;
      }
      try (Pack pack = opened.get()) {
        Instant stored = Files.getLastModifiedTime(file.file()).toInstant();
        List<PackIndex.Entry> kept = new ArrayList<>();
        List<PackIndex.Entry> all = entries(pack);
        for (PackIndex.Entry entry : all) {
          Extent extent = entry.extent();
          if (!tally.drops(entry.key().digest(), extent.length(), stored)) {
            kept.add(entry);
          }
        }
        use.of(file, pack, kept, kept.size() == all.size() && !all.isEmpty());
      }
    }
  }
}
