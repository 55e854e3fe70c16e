package dev.ftpipe.run.tree;

import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Remembers (path, inode, time, size) → digest, so that an unchanged file is not read again. A
 * convenience: whatever is lost of it is computed anew. Safe for several threads.
 */
final class StateIndex {
  private static final String HEADER = "ftpipe state 2 ";

  private record Entry(int inode, long modified, long size, Digest digest) {}

  private final Path file;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private volatile boolean changed;

  private StateIndex(Path file) {
    this.file = file;
  }

  /** The index in {@code file}; empty, with a note, if that was torn or is something else. */
  static StateIndex load(Path file, Consumer<String> notes) throws IOException {
    StateIndex index = new StateIndex(file);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return index;
    }
    try {
      index.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      index.entries.clear();
      index.changed = true;
      notes.accept(file + " is damaged and ignored; files are read again to build a new one");
    }
    return index;
  }

  /** The digest of the file that looked exactly like this when it was read. */
  Optional<Digest> find(String path, FileStat stat) {
    Entry entry = entries.get(path);
    return entry != null
            && entry.inode == stat.inode()
            && entry.modified == stat.modified()
            && entry.size == stat.size()
        ? Optional.of(entry.digest)
        : Optional.empty();
  }

  /**
   * Remembers a digest, unless a later write could go unnoticed.
   *
   * @param readAt when the reading of the file began, see {@link FileStat#now}
   */
  void put(String path, FileStat stat, Digest digest, long readAt) {
    if (readAt <= stat.settledAt() || path.indexOf('\n') >= 0) {
      return;
    }
    Entry entry = new Entry(stat.inode(), stat.modified(), stat.size(), digest);
    changed |= !entry.equals(entries.put(path, entry));
  }

  /** Writes the index if it changed. */
  void save() throws IOException {
    if (!changed) {
      return;
    }
    changed = false;
    StringBuilder body = new StringBuilder();
    new TreeMap<>(entries)
        .forEach(
            (path, entry) ->
                body.append(entry.digest.hex())
                    .append(' ')
                    .append(entry.size)
                    .append(' ')
                    .append(entry.modified)
                    .append(' ')
                    .append(entry.inode)
                    .append(' ')
                    .append(path)
                    .append('\n'));
    String text = HEADER + Digest.of(body.toString()).hex() + "\n" + body;
    AtomicFiles.writeUnsynced(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private void parse(String text) {
    int end = text.indexOf('\n');
    if (!text.startsWith(HEADER) || end < 0) {
      throw new IllegalArgumentException("no header");
    }
    String body = text.substring(end + 1);
    if (!Digest.of(body).hex().equals(text.substring(HEADER.length(), end))) {
      throw new IllegalArgumentException("other digest");
    }
    for (String line : body.split("\n", -1)) {
      String[] fields = line.split(" ", 5);
      if (fields.length == 5) {
        entries.put(
            fields[4],
            new Entry(
                Integer.parseInt(fields[3]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[1]),
                new Digest(fields[0])));
      }
    }
  }
}
