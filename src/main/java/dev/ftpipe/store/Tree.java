package dev.ftpipe.store;

import dev.ftpipe.base.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of a folder, sorted by path. Its text, one line a file, is a blob of its own, and the
 * digest of that text is the digest of the folder. Empty folders are not part of it.
 */
public record Tree(List<Entry> entries) {
  private static final String HEADER = "ftpipe tree 1\n";
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{64}) (0|[1-9][0-9]{0,17}) ([-x]) (.+)");

  private static final Pattern ESCAPE = Pattern.compile("\\\\(.?)");

  /**
   * One file.
   *
   * @param path relative to the folder, with {@code /}
   */
  public record Entry(String path, boolean executable, Digest digest, long size) {
    public Entry {
      if (!staysInside(path)) {
        throw new IllegalArgumentException("path leaves its folder: " + path);
      }
    }

    // A tree may come from a cache that others write to: no path of it may lead outside.
    private static boolean staysInside(String path) {
      if (path.indexOf('\0') >= 0) {
        return false;
      }
      for (String part : path.split("/", -1)) {
        if (part.isEmpty() || part.equals(".") || part.equals("..")) {
          return false;
        }
      }
      return true;
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
    StringBuilder text = new StringBuilder(HEADER);
    for (Entry entry : entries) {
      text.append(entry.digest().hex())
          .append(' ')
          .append(entry.size())
          .append(entry.executable() ? " x " : " - ")
          .append(escaped(entry.path()))
          .append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
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
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!text.startsWith(HEADER)) {
      throw new IllegalArgumentException("not a tree");
    }
    List<Entry> entries = new ArrayList<>();
    for (String line : text.substring(HEADER.length()).split("\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      Matcher match = LINE.matcher(line);
      if (!match.matches()) {
        throw new IllegalArgumentException("not a line of a tree: " + line);
      }
      entries.add(
          new Entry(
              unescaped(match.group(4)),
              match.group(3).equals("x"),
              new Digest(match.group(1)),
              Long.parseLong(match.group(2))));
    }
    return new Tree(entries);
  }

  private static String escaped(String path) {
    return path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(
            escape ->
                switch (escape.group(1)) {
                  case "\\" -> "\\\\";
                  case "n" -> "\n";
                  case "r" -> "\r";
                  default ->
                      throw new IllegalArgumentException("unknown escape in a tree: " + text);
                });
  }
}
