package dev.ftpipe.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Cuts parquet files into ranges of rows that can be read apart from each other. */
final class RowRanges {
  /** Texts of a range. A page at each end is unpacked twice, so ranges are some pages long. */
  private static final long BYTES = 16 << 20;

  private RowRanges() {}

  /**
   * A range of a row group.
   *
   * @param file index among the files
   * @param groupStart the group's first row, counted in all files
   * @param from first row in the group
   * @param to row after the last, in the group
   */
  record Range(int file, int group, long groupStart, long from, long to) {}

  /** The ranges of all files, in the order of their rows. */
  static List<Range> of(List<ParquetFile> files) {
    List<Range> ranges = new ArrayList<>();
    long start = 0;
    for (int f = 0; f < files.size(); f++) {
      ParquetFile file = files.get(f);
      for (int g = 0; g < file.groups().size(); g++) {
        add(ranges, file, f, g, start);
        start += file.groups().get(g).rows();
      }
    }
    return ranges;
  }

  private static void add(List<Range> ranges, ParquetFile file, int index, int group, long start) {
    ParquetFile.RowGroup rows = file.groups().get(group);
    ColumnChunk largest =
        rows.chunks().stream()
            .max(Comparator.comparingLong(ColumnChunk::unpackedBytes))
            .orElseThrow();
    long bytes = Math.max(1, rows.chunks().stream().mapToLong(ColumnChunk::unpackedBytes).sum());
    long wanted = (long) Math.ceil(Math.min(1.0, (double) BYTES / bytes) * rows.rows());
    long from = 0;
    if (rows.chunks().stream().noneMatch(file::sequential)) {
      for (PageIndex.Page page : largest.index().pages()) {
        if (page.firstRow() - from >= wanted) {
          ranges.add(new Range(index, group, start, from, page.firstRow()));
          from = page.firstRow();
        }
      }
    }
    if (from < rows.rows()) {
      ranges.add(new Range(index, group, start, from, rows.rows()));
    }
  }
}
