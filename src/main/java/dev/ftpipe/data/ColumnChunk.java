package dev.ftpipe.data;

import java.util.List;
import java.util.Optional;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;

/**
 * Where the pages of one column of one row group are.
 *
 * @param start of the first page in the file
 * @param end of the last page, not included
 * @param values nulls included
 * @param unpackedBytes as the footer says; an estimate for sizing only
 * @param index of the pages; empty until it is read
 */
record ColumnChunk(
    long start,
    long end,
    long values,
    long unpackedBytes,
    CompressionCodec codec,
    PageIndex index) {
  /**
   * The chunk that a footer describes; empty when it lies outside of the file or is contradictory.
   */
  static Optional<ColumnChunk> of(ColumnMetaData column, long fileSize) {
    long start = column.getData_page_offset();
    long dictionary = column.getDictionary_page_offset();
    if (column.isSetDictionary_page_offset() && dictionary > 0 && dictionary < start) {
      start = dictionary;
    }
    long length = column.getTotal_compressed_size();
    boolean inside = start >= 0 && length >= 0 && start <= fileSize && length <= fileSize - start;
    if (!inside || column.getNum_values() < 0 || !column.isSetCodec()) {
      return Optional.empty();
    }
    return Optional.of(
        new ColumnChunk(
            start,
            start + length,
            column.getNum_values(),
            Math.max(0, column.getTotal_uncompressed_size()),
            column.getCodec(),
            new PageIndex(List.of(), false, false, 0)));
  }

  /** The same with its pages. */
  ColumnChunk with(PageIndex pages) {
    return new ColumnChunk(start, end, values, unpackedBytes, codec, pages);
  }
}
