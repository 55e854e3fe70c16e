package dev.ftpipe.git;

/**
 * One commit of a repository.
 *
 * @param id 40 hexadecimal digits
 * @param name as a person asked for it: {@code HEAD}, {@code main}, {@code HEAD~2}
 */
public record Commit(String id, String name) {
  private static final int SHORT = 7;

  /** The first digits of an id, as git shows them. */
  public static String shortened(String id) {
    return id.length() <= SHORT ? id : id.substring(0, SHORT);
  }
}
