package dev.ftpipe.store;

import dev.ftpipe.base.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The files of a folder, sorted by path. Its text, one line a file, is a blob of its own, and the
 * digest of that text is the digest of the folder. Empty folders are not part of it.
 *
 * <p>This is the tree as a list; {@link TreeWriter} and {@link TreeReader} stream it.
 */
public record Tree(List<Entry> entries) {
  static final String HEADER = "ftpipe tree 1\n";

  /**
   * One file.
   *
   * @param path relative to the folder, with {@code /}
   */
  public record Entry(String path, boolean executable, Digest digest, long size) {
    public Entry {
      if (!TreeReader.staysInside(path)) {
        throw new IllegalArgumentException("path leaves its folder: " + path);
      }
    }
  }

  /** Sorts the entries by path. */
  public Tree {
    entries = entries.stream().sorted(Comparator.comparing(Entry::path)).toList();
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i).path().equals(entries.get(i - 1).path())) {
        throw new IllegalArgumentException("path twice in a tree: " + entries.get(i).path());
      }
    }
  }

  /** The text whose digest is the digest of the folder. */
  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      TreeWriter writer = new TreeWriter(out);
      for (Entry entry : entries) {
        writer.add(entry.path(), entry.executable(), entry.digest().raw(), 0, entry.size());
      }
      writer.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The folder as content: digest of {@link #bytes}, size of all files together. */
  public Artifact artifact() {
    return new Artifact(
        Artifact.Kind.TREE,
        Digest.of(bytes()),
        entries.stream().mapToLong(Entry::size).reduce(0, Math::addExact));
  }

  /**
   * Reads what {@link #bytes} wrote.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static Tree parse(byte[] bytes) {
    List<Entry> entries = new ArrayList<>();
    for (TreeReader reader = TreeReader.of(bytes); reader.next(); ) {
      entries.add(new Entry(reader.path(), reader.executable(), reader.digest(), reader.size()));
    }
    return new Tree(entries);
  }

  static String escaped(String path) {
    if (path.indexOf('\\') < 0 && path.indexOf('\n') < 0 && path.indexOf('\r') < 0) {
      return path;
    }
    return path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  static String unescaped(String text) {
    int escape = text.indexOf('\\');
    if (escape < 0) {
      return text;
    }
    StringBuilder path = new StringBuilder();
    int from = 0;
    for (; escape >= 0; escape = text.indexOf('\\', from)) {
      path.append(text, from, escape);
      char kind = escape + 1 < text.length() ? text.charAt(escape + 1) : ' ';
      path.append(
          switch (kind) {
            case '\\' -> '\\';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> throw new IllegalArgumentException("unknown escape in a tree: " + text);
          });
      from = escape + 2;
    }
    return path.append(text, from, text.length()).toString();
  }
}
