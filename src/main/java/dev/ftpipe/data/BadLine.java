package dev.ftpipe.data;

import java.io.IOException;

/** A line that is not a record; which line of the file that is is known once all before it are. */
final class BadLine extends IOException {
  private static final long serialVersionUID = 1;

  private final int chunk;
  private final long line;

  /**
   * The line {@code line} of a chunk, counted from 1.
   *
   * @param problem in words
   */
  BadLine(int chunk, long line, String problem) {
    super(problem);
    this.chunk = chunk;
    this.line = line;
  }

  int chunk() {
    return chunk;
  }

  long line() {
    return line;
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
