package dev.ftpipe.data;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Puts the lines of the chosen rows of a range into a spool. */
final class RangeReader implements OrderedTasks.Worker {
  private final ParquetSample sample;
  private final List<ParquetFile> files;
  private final List<RowRanges.Range> ranges;
  private final int[] positions;
  private final LineSpool spool;
  private final AtomicLong seen;
  private final AtomicInteger written;
  private @Nullable RowPairs open;
  private int openFile = -1;

  /**
   * A reader of one thread.
   *
   * @param positions for each row of all files its place among the chosen; -1 for the others
   * @param seen counts rows
   * @param written counts lines
   */
  RangeReader(
      ParquetSample sample,
      List<ParquetFile> files,
      List<RowRanges.Range> ranges,
      int[] positions,
      LineSpool spool,
      AtomicLong seen,
      AtomicInteger written) {
    this.sample = sample;
    this.files = files;
    this.ranges = ranges;
    this.positions = positions;
    this.spool = spool;
    this.seen = seen;
    this.written = written;
  }

  @Override
  public void task(int number) throws IOException {
    RowRanges.Range range = ranges.get(number);
    RowPairs pairs = pairs(range.file());
    pairs.open(range.group());
    int lines = 0;
    for (long row = range.from(); row < range.to(); row++) {
      int position = positions[(int) (range.groupStart() + row)];
      PairLine line = position < 0 ? null : pairs.line(row);
      if (line != null) {
        spool.put(position, line.bytes(), 0, line.length());
        lines++;
      }
    }
    written.addAndGet(lines);
    seen.addAndGet(range.to() - range.from());
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private RowPairs pairs(int file) throws IOException {
    RowPairs pairs = open;
    if (pairs == null || file != openFile) {
      close();
      pairs = new RowPairs(files.get(file), sample.columns(), sample.onNull());
      open = pairs;
      openFile = file;
    }
    return pairs;
  }
}
