package dev.ftpipe.base;

/** A place in a file that a person wrote; line and column count from 1. */
public record Location(String file, int line, int column) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
