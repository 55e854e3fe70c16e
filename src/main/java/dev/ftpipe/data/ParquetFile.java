package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.CorruptDeltaByteArrays;
import org.apache.parquet.VersionParser;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.VersionParser.VersionParseException;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.jspecify.annotations.Nullable;

/**
 * What is needed to read some text columns of a parquet file.
 *
 * @param rows in all row groups
 * @param writer who wrote the file, where it says so: the library works around known faults
 */
record ParquetFile(
    Source source,
    List<TextColumn> columns,
    List<RowGroup> groups,
    long rows,
    Optional<ParsedVersion> writer) {
  /**
   * A row group.
   *
   * @param firstRow in the file
   * @param chunks of the columns, in the columns' order
   */
  record RowGroup(long firstRow, long rows, List<ColumnChunk> chunks) {}

  /**
   * Reads the footer and all page headers of the columns.
   *
   * @throws FtpipeException when it is not parquet, is damaged, or lacks a column of texts
   */
  static ParquetFile open(Source source, List<String> columnNames) throws IOException {
    String name = source.name();
    try (FileChannel channel = FileChannel.open(source.path())) {
      FileMetaData footer = ParquetFooter.read(channel, name);
      if (footer.isSetEncryption_algorithm()) {
        throw FtpipeException.pipeline(name + ": encrypted parquet cannot be read; decrypt it");
      }
      List<TextColumn> columns = TextColumn.find(footer.getSchema(), columnNames, name);
      List<RowGroup> groups = new ArrayList<>();
      long rows = 0;
      for (var group : footer.getRow_groups()) {
        groups.add(rowGroup(channel, group, columns, rows, groups.size(), name));
        rows = Math.addExact(rows, group.getNum_rows());
      }
      if (rows != footer.getNum_rows()) {
        throw damaged(name, footer.getNum_rows() + " rows, but its row groups hold " + rows);
      }
      return new ParquetFile(source, columns, groups, rows, writer(footer.getCreated_by()));
    } catch (ArithmeticException e) {
      throw damaged(source.name(), "more rows than there can be");
    }
  }

  /** Bytes of the columns before compression, as the footer says. */
  long unpackedBytes() {
    return groups.stream()
        .flatMap(group -> group.chunks.stream())
        .mapToLong(ColumnChunk::unpackedBytes)
        .sum();
  }

  /**
   * Whether the pages of a chunk have to be read from the first on: some writers let a page's first
   * text share a prefix with the last one of the page before (PARQUET-246).
   */
  boolean sequential(ColumnChunk chunk) {
    return chunk.index().prefixes()
        && CorruptDeltaByteArrays.requiresSequentialReads(
            writer.orElse(null), Encoding.DELTA_BYTE_ARRAY);
  }

  /** The place of a column in a row group, for messages. */
  String place(int group, int column) {
    return place(source.name(), group, columns.get(column));
  }

  private static String place(String file, int group, TextColumn column) {
    return file + ": column '" + column.name() + "', row group " + group;
  }

  private static RowGroup rowGroup(
      FileChannel channel,
      org.apache.parquet.format.RowGroup group,
      List<TextColumn> columns,
      long firstRow,
      int index,
      String file)
      throws IOException {
    List<ColumnChunk> chunks = new ArrayList<>();
    for (TextColumn column : columns) {
      String place = place(file, index, column);
      ColumnChunk chunk =
          column.chunk() < group.getColumnsSize()
              ? chunk(group.getColumns().get(column.chunk()), channel.size(), place)
              : null;
      if (chunk == null || chunk.values() != group.getNum_rows()) {
        throw damaged(place, "no place in the file, or not one value for each row");
      }
      chunks.add(chunk.with(PageHeaders.index(channel, chunk, place)));
    }
    return new RowGroup(firstRow, group.getNum_rows(), List.copyOf(chunks));
  }

  private static @Nullable ColumnChunk chunk(
      org.apache.parquet.format.ColumnChunk column, long fileSize, String place) {
    if (column.isSetFile_path() || !column.isSetMeta_data()) {
      throw FtpipeException.pipeline(
          place + ": the data is in another file or encrypted; that cannot be read");
    }
    ColumnChunk chunk = ColumnChunk.of(column.getMeta_data(), fileSize).orElse(null);
    if (chunk != null && !PageCodec.knows(chunk.codec())) {
      throw FtpipeException.pipeline(
          place
              + ": codec "
              + chunk.codec()
              + " is not supported; write the file with zstd, snappy, gzip, brotli or lz4_raw");
    }
    return chunk;
  }

  private static Optional<ParsedVersion> writer(@Nullable String createdBy) {
    try {
      return createdBy == null ? Optional.empty() : Optional.of(VersionParser.parse(createdBy));
    } catch (VersionParseException | RuntimeException e) {
      // Free text that no known fault is tied to.
      return Optional.empty();
    }
  }

  private static FtpipeException damaged(String place, String what) {
    return FtpipeException.pipeline(
        place + ": the parquet footer says " + what + "; the file is damaged: fetch it again");
  }
}
