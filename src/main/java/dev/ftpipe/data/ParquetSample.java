package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes rows of parquet files as prompt/completion records in the order of pandas' {@code
 * sample(frac=1, random_state=seed)} followed by the subset. Memory: 8 bytes for each row, 12 for
 * each chosen one, a page of each column, and the buffers of {@link LineSpool}.
 *
 * @param size how many of the rows
 * @param seed 0 to 2^32 - 1
 */
public record ParquetSample(PairColumns columns, SampleSize size, long seed, OnNull onNull) {
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
  public Outcome write(Source source, Path output, Path scratch, RowMonitor monitor)
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
    int chosen = size.of((int) rows, "subset_size", source.name());
    int[] positions = positions((int) rows, chosen);
    double share = rows == 0 ? 0 : (double) chosen / rows;
    double bytes = share * files.stream().mapToLong(ParquetFile::unpackedBytes).sum();
    try (LineSpool spool = new LineSpool(scratch, chosen, (long) bytes);
        OutputFile out = new OutputFile(output)) {
      int written = fill(spool, files, positions, chosen, monitor);
      spool.drain((position, line, offset, length) -> out.line(line, offset, length));
      out.commit();
      monitor.rows(rows, rows);
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

  private int fill(
      LineSpool spool, List<ParquetFile> files, int[] positions, int chosen, RowMonitor monitor)
      throws IOException, InterruptedException {
    RowPairs pairs = new RowPairs(columns);
    int seen = 0;
    int written = 0;
    int index = 0;
    for (ParquetFile file : files) {
      try (ParquetRows rows = new ParquetRows(file)) {
        while (seen < chosen && rows.next()) {
          monitor.row(index, positions.length);
          int position = positions[index++];
          if (position < 0) {
            continue;
          }
          seen++;
          Optional<byte[]> line = pairs.line(rows, file.source().name(), onNull);
          if (line.isPresent()) {
            spool.put(position, line.get(), 0, line.get().length);
            written++;
          }
        }
      }
    }
    return written;
  }

  /** Makes the line of a row. */
  private static final class RowPairs {
    private final PairColumns columns;
    private final List<String> names;
    private final PairLine line = new PairLine();
    private final Utf8 utf8 = new Utf8();

    RowPairs(PairColumns columns) {
      this.columns = columns;
      this.names = columns.names();
    }

    Optional<byte[]> line(ParquetRows rows, String file, OnNull onNull) throws IOException {
      List<ByteBuffer> prompt = new ArrayList<>(2);
      int last = names.size() - 1;
      for (int i = 0; i < last; i++) {
        Optional<ByteBuffer> text = text(rows, i, file);
        if (i == columns.context()) {
          text.filter(ByteBuffer::hasRemaining).ifPresent(prompt::add);
        } else if (text.isPresent()) {
          prompt.add(text.get());
        } else {
          return withoutText(rows, i, file, onNull);
        }
      }
      Optional<ByteBuffer> completion = text(rows, last, file);
      return completion.isPresent()
          ? Optional.of(line.of(prompt, completion.get()))
          : withoutText(rows, last, file, onNull);
    }

    private Optional<ByteBuffer> text(ParquetRows rows, int column, String file)
        throws IOException {
      Optional<ByteBuffer> text = rows.value(column);
      int bad = text.isPresent() ? utf8.firstBad(text.get()) : -1;
      if (bad >= 0) {
        throw FtpipeException.pipeline(
            place(rows, column, file)
                + ": not UTF-8 at byte "
                + bad
                + " of the text; write the column again in UTF-8");
      }
      return text;
    }

    private Optional<byte[]> withoutText(ParquetRows rows, int column, String file, OnNull onNull) {
      if (onNull == OnNull.SKIP) {
        return Optional.empty();
      }
      throw FtpipeException.pipeline(
          place(rows, column, file)
              + ": null where a text is needed; set on_null: skip to leave such rows out");
    }

    private String place(ParquetRows rows, int column, String file) {
      return file + ": row " + rows.row() + " (from 0), column '" + names.get(column) + "'";
    }
  }
}
