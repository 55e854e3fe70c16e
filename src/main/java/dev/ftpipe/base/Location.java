package dev.ftpipe.base;

/**
 * A place in a file that a person wrote; line and column count from 1, and are 0 for an argument of
 * the command line, which is short enough to be its own place.
 */
public record Location(String file, int line, int column) {
  /** An argument of the command line, with its option. */
  public static Location ofArgument(String argument) {
    return new Location(argument, 0, 0);
  }

  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
