package dev.ftpipe.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Paths as the graph compares them: relative to the project, parts joined by {@code /}. */
public final class ProjectPaths {
  private ProjectPaths() {}

  /** What is wrong with a path, or the path itself. */
  public record Checked(String path, String problem) {
    public boolean ok() {
      return problem.isEmpty();
    }
  }

  /**
   * The path from the project.
   *
   * @param folder what {@code path} is relative to; itself relative to the project
   */
  public static Checked from(String folder, String path) {
    if (folder.equals(".") && isPlain(path)) {
      return new Checked(path, "");
    }
    if (path.isBlank()) {
      return new Checked("", "a path may not be empty");
    }
    if (path.indexOf('\0') >= 0 || path.indexOf('\n') >= 0) {
      return new Checked("", "a path may not hold a line break or a zero character");
    }
    if (path.startsWith("/") || path.startsWith("~/") || isDrive(path)) {
      return new Checked(
          "", "path '" + path + "' is absolute; a path is relative to the project folder");
    }
    if (path.indexOf('\\') >= 0) {
      return new Checked("", "path '" + path + "' holds a backslash; parts are joined by '/'");
    }
    if (path.contains("://")) {
      return new Checked(
          "", "path '" + path + "' is a URL; register it with 'ftpipe add PATH --from URL'");
    }
    List<String> parts = new ArrayList<>();
    for (String part : (folder + "/" + path).split("/", -1)) {
      if (part.equals("..")) {
        if (folder.equals(".")) {
          return new Checked(
              "", "path '" + path + "' holds '..'; a path goes down from the project folder");
        }
        if (parts.isEmpty()) {
          return new Checked("", "path '" + path + "' leads out of the project folder");
        }
        parts.remove(parts.size() - 1);
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return new Checked(parts.isEmpty() ? "." : String.join("/", parts), "");
  }

  /** Whether a path is made of letters, digits and the like, and has nothing to tidy. */
  private static boolean isPlain(String path) {
    boolean begun = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      // A point may begin "." and "..": a part that begins with one goes the long way.
      if (!letter && c != '_' && c != '-' && !(begun && (c == '.' || c == '/'))) {
        return false;
      }
      begun = c != '/';
    }
    return begun;
  }

  /** A path as somebody typed it, without {@code ./} and a closing {@code /}. */
  public static String tidy(String path) {
    Checked checked = from(".", path);
    return checked.ok() ? checked.path() : path;
  }

  /** Whether the paths are the same, or one lies in the other. */
  public static boolean overlap(String a, String b) {
    return a.equals(b) || contains(a, b) || contains(b, a);
  }

  /** Whether a path is one of these, or lies in one. */
  public static boolean isIn(String path, Set<String> places) {
    for (String at = path; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('/')))) {
      if (places.contains(at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(String folder, String path) {
    return folder.equals(".")
        || (path.length() > folder.length()
            && path.startsWith(folder)
            && path.charAt(folder.length()) == '/');
  }

  private static boolean isDrive(String path) {
    return path.length() > 1 && path.charAt(1) == ':' && Character.isLetter(path.charAt(0));
  }
}
