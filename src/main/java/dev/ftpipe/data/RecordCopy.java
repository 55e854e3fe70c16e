package dev.ftpipe.data;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Copies the records of a file that was checked, in their order. */
public final class RecordCopy {
  private final RecordFile file;

  public RecordCopy(RecordFile file) {
    this.file = file;
  }

  /**
   * Copies all records, each with a newline, to a place of a file.
   *
   * @return the place after the last
   */
  public long write(OutputFile out, long position, WorkMonitor monitor)
      throws IOException, InterruptedException {
    int chunks = file.chunks().count();
    long[] starts = new long[chunks + 1];
    starts[0] = position;
    for (int i = 0; i < chunks; i++) {
      starts[i + 1] = starts[i] + file.bytes(i) + file.records(i);
    }
    AtomicLong done = new AtomicLong();
    long total = file.records();
    OrderedTasks.run(
        chunks,
        () -> new Copier(out.section(position), starts, done),
        () -> monitor.at("records", done.get(), total));
    return starts[chunks];
  }

  private final class Copier implements OrderedTasks.Worker {
    private final LineChunks.Reader lines = file.chunks().reader();
    private final OutputSection out;
    private final long[] starts;
    private final AtomicLong done;

    Copier(OutputSection out, long[] starts, AtomicLong done) throws IOException {
      this.out = out;
      this.starts = starts;
      this.done = done;
    }

    @Override
    public void task(int number) throws IOException {
      out.seek(starts[number]);
      lines.open(number);
      int count = 0;
      long length = 0;
      while (lines.next()) {
        out.line(lines.bytes(), lines.offset(), lines.length());
        count++;
        length += lines.length();
      }
      if (count != file.records(number) || length != file.bytes(number)) {
        throw file.changed();
      }
      done.addAndGet(count);
    }

    @Override
    public void close() throws IOException {
      try (lines) {
        out.close();
      }
    }
  }
}
