package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.Closeable;
import java.io.IOException;

/**
 * Goes through the records of a JSONL file. A line that is not a record is an error with the file
 * and the line's number; the forms of a record are {@code {"prompt", "completion"}}, {@code
 * {"messages": [{"role", "content"}…]}} and {@code {"input_ids": […], "labels": […]?}}.
 */
public final class JsonlRecords implements Closeable {
  private final Source source;
  private final Lines lines;
  private final RecordCheck check = new RecordCheck();

  public JsonlRecords(Source source) throws IOException {
    this.source = source;
    this.lines = new Lines(source);
  }

  /**
   * Goes to the next record; false when there is none.
   *
   * @throws FtpipeException when the line is not a record
   */
  public boolean next() throws IOException {
    if (!lines.next()) {
      return false;
    }
    String problem = check.problem(lines.bytes(), lines.offset(), lines.length());
    if (!problem.isEmpty()) {
      throw FtpipeException.pipeline(
          source.name()
              + ":"
              + lines.number()
              + ": "
              + (lines.number() == 1 ? guess(problem) : problem));
    }
    return true;
  }

  /** The line of the record at hand. */
  public Lines line() {
    return lines;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private String guess(String problem) {
    return FileGuess.known(lines.head()).map(what -> "not JSONL: " + what).orElse(problem);
  }
}
