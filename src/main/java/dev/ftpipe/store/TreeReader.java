package dev.ftpipe.store;

import dev.ftpipe.base.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the text of a {@link Tree} line by line, without an object for all of its files. Nothing in
 * it is trusted: a line that is not as {@link TreeWriter} writes it is an IllegalArgumentException.
 */
public final class TreeReader {
  private static final int HEX_DIGITS = 2 * Digest.BYTES;
  private static final int LONGEST_SIZE = 18;

  private final byte[] text;
  private final int end;
  private int at;
  private String path = "";
  private Digest digest = Digest.of(new byte[0]);
  private long size;
  private boolean executable;

  private TreeReader(byte[] text, int from, int end) {
    this.text = text;
    this.at = from;
    this.end = end;
  }

  /** The whole tree. */
  public static TreeReader of(byte[] text) {
    return new TreeReader(text, bodyOf(text), text.length);
  }

  /**
   * The tree in parts of about {@code bytes} each, in its order, for several threads.
   *
   * @throws IllegalArgumentException if it is no tree at all
   */
  public static List<TreeReader> parts(byte[] text, int bytes) {
    List<TreeReader> parts = new ArrayList<>();
    for (int from = bodyOf(text); from < text.length; ) {
      int end = from + Math.min(bytes, text.length - from);
      while (end < text.length && text[end - 1] != '\n') {
        end++;
      }
      parts.add(new TreeReader(text, from, end));
      from = end;
    }
    return parts;
  }

  private static int bodyOf(byte[] text) {
    byte[] header = Tree.HEADER.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < header.length; i++) {
      if (i >= text.length || text[i] != header[i]) {
        throw new IllegalArgumentException("not a tree");
      }
    }
    return header.length;
  }

  /** Goes on to the next file; false when there is none. */
  public boolean next() {
    if (at >= end) {
      return false;
    }
    int lineEnd = at;
    while (lineEnd < end && text[lineEnd] != '\n') {
      lineEnd++;
    }
    String line = new String(text, at, lineEnd - at, StandardCharsets.UTF_8);
    String before = path;
    parse(line);
    if (path.compareTo(before) <= 0) {
      throw new IllegalArgumentException("path twice or out of order in a tree: " + path);
    }
    at = lineEnd + 1;
    return true;
  }

  private void parse(String line) {
    int sizeEnd = line.indexOf(' ', HEX_DIGITS + 1);
    if (line.length() < HEX_DIGITS + 6
        || line.charAt(HEX_DIGITS) != ' '
        || sizeEnd < 0
        || sizeEnd + 3 >= line.length()
        || line.charAt(sizeEnd + 2) != ' ') {
      throw notALine(line);
    }
    char mode = line.charAt(sizeEnd + 1);
    if (mode != 'x' && mode != '-') {
      throw notALine(line);
    }
    digest = new Digest(line.substring(0, HEX_DIGITS));
    size = size(line, HEX_DIGITS + 1, sizeEnd);
    executable = mode == 'x';
    path = Tree.unescaped(line.substring(sizeEnd + 3));
    if (!staysInside(path)) {
      throw new IllegalArgumentException("path leaves its folder: " + path);
    }
  }

  private static long size(String line, int from, int to) {
    if (to == from || to - from > LONGEST_SIZE || (line.charAt(from) == '0' && to > from + 1)) {
      throw notALine(line);
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      char digit = line.charAt(i);
      if (digit < '0' || digit > '9') {
        throw notALine(line);
      }
      value = value * 10 + (digit - '0');
    }
    return value;
  }

  private static IllegalArgumentException notALine(String line) {
    return new IllegalArgumentException("not a line of a tree: " + line);
  }

  /** Whether a path of a tree, which others may have written, leads nowhere outside its folder. */
  static boolean staysInside(String path) {
    if (path.indexOf('\0') >= 0) {
      return false;
    }
    int from = 0;
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      boolean dots =
          (to - from == 1 && path.charAt(from) == '.')
              || (to - from == 2 && path.startsWith("..", from));
      if (to == from || dots) {
        return false;
      }
      from = to + 1;
    }
    return true;
  }

  /** Relative to the folder, with {@code /}. */
  public String path() {
    return path;
  }

  public Digest digest() {
    return digest;
  }

  /** The file's size in bytes. */
  public long size() {
    return size;
  }

  public boolean executable() {
    return executable;
  }
}
