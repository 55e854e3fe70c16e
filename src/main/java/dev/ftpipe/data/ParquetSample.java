package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes rows of parquet files as prompt/completion records in the order of pandas' {@code
 * sample(frac=1, random_state=seed)} followed by the subset. Memory: 8 bytes for each row, 12 for
 * each chosen one, a page of each column, and the buffers of {@link LineSpool}.
 *
 * @param size how many of the rows
 * @param seed 0 to 2^32 - 1
 */
public record ParquetSample(PairColumns columns, SampleSize size, long seed, OnNull onNull) {
  /** The seeded order and its inverse. */
  private static final long BYTES_PER_ROW = 2L * Integer.BYTES;

  /** For the pages that all threads hold, packed and unpacked. */
  private static final long PAGE_MEMORY = 256 << 20;

  private static final int MAX_ROWS = Integer.MAX_VALUE - 8;

  /**
   * What was written.
   *
   * @param rows in the files
   * @param written records
   * @param skipped chosen rows that were left out for a null
   */
  public record Outcome(long rows, int written, int skipped) {
    /** A line for a stage's log. */
    public String summary() {
      String left = skipped == 0 ? "" : "; " + skipped + " left out because of a null";
      return written + " records of " + rows + " rows" + left;
    }
  }

  /**
   * Reads a parquet file, or a folder of shards in the order of their names.
   *
   * @param scratch a folder for temporary files
   */
  public Outcome write(Source source, Path output, Path scratch, WorkMonitor monitor)
      throws IOException, InterruptedException {
    List<ParquetFile> files = new ArrayList<>();
    for (Source shard : source.parquetFiles()) {
      files.add(ParquetFile.open(shard, columns.names()));
    }
    long rows = files.stream().mapToLong(ParquetFile::rows).sum();
    if (rows < 0 || rows > MAX_ROWS) {
      throw FtpipeException.pipeline(
          source.name() + ": " + rows + " rows; at most " + MAX_ROWS + " can be shuffled");
    }
    long memory = rows * BYTES_PER_ROW;
    if (memory > Runtime.getRuntime().maxMemory()) {
      throw FtpipeException.environment(
          source.name()
              + ": to shuffle "
              + rows
              + " rows takes "
              + (memory >> 20)
              + " MiB of memory, more than the Java heap's limit; raise it with -Xmx",
          null);
    }
    int chosen = size.of((int) rows, "subset_size", source.name());
    int[] positions = positions((int) rows, chosen);
    double share = rows == 0 ? 0 : (double) chosen / rows;
    double bytes = share * files.stream().mapToLong(ParquetFile::unpackedBytes).sum();
    try (LineSpool spool = new LineSpool(scratch, chosen, (long) bytes);
        OutputFile out = new OutputFile(output)) {
      int written = fill(spool, files, positions, monitor);
      spool.drain(out, monitor);
      out.commit();
      return new Outcome(rows, written, chosen - written);
    }
  }

  /** For each row its place among the chosen; -1 for the others. */
  private int[] positions(int rows, int chosen) {
    int[] order = Permutations.numpy(seed, rows);
    int[] positions = new int[rows];
    Arrays.fill(positions, -1);
    for (int i = 0; i < chosen; i++) {
      positions[order[i]] = i;
    }
    return positions;
  }

  /** Puts the lines of the chosen rows into the spool and returns how many they are. */
  private int fill(LineSpool spool, List<ParquetFile> files, int[] positions, WorkMonitor monitor)
      throws IOException, InterruptedException {
    List<RowRanges.Range> ranges = RowRanges.of(files);
    AtomicLong seen = new AtomicLong();
    AtomicInteger written = new AtomicInteger();
    OrderedTasks.run(
        ranges.size(),
        readers(files, ranges.size()),
        () -> new RangeReader(this, files, ranges, positions, spool, seen, written),
        () -> monitor.at("rows", seen.get(), positions.length));
    return written.get();
  }

  /** As many threads as there are cores, fewer when the pages are so large that memory counts. */
  private static int readers(List<ParquetFile> files, int ranges) {
    long largest = 1;
    for (ParquetFile file : files) {
      for (ParquetFile.RowGroup group : file.groups()) {
        long pages = group.chunks().stream().mapToLong(c -> 2L * c.index().largestPage()).sum();
        largest = Math.max(largest, pages);
      }
    }
    return (int) Math.max(1, Math.min(OrderedTasks.workers(ranges), PAGE_MEMORY / largest));
  }
}
