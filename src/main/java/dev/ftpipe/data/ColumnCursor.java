package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of one column of one row group. Pages between the rows that are asked for are passed
 * over without being unpacked. Not thread-safe.
 */
final class ColumnCursor {
  /** The library wants a converter for each column and, asked for values, never calls it. */
  private static final PrimitiveConverter UNUSED = new PrimitiveConverter() {};

  private final PageIndex index;
  private final ChunkPages pages;
  private final ColumnDescriptor descriptor;
  private final @Nullable ParsedVersion writer;
  private final boolean sequential;
  private final String place;
  private final long groupFirstRow;
  private @Nullable ColumnReader reader;
  private long row = -1;
  private int page = -1;
  private long pageEnd;

  /** A cursor before the first row of a group. */
  ColumnCursor(FileChannel channel, ParquetFile file, int group, int column) {
    TextColumn text = file.columns().get(column);
    ColumnChunk chunk = file.groups().get(group).chunks().get(column);
    PrimitiveType type =
        Types.primitive(
                PrimitiveTypeName.BINARY,
                text.optional() ? Repetition.OPTIONAL : Repetition.REQUIRED)
            .as(LogicalTypeAnnotation.stringType())
            .named(text.name());
    this.index = chunk.index();
    this.place = file.place(group, column);
    this.groupFirstRow = file.groups().get(group).firstRow();
    this.pages = new ChunkPages(channel, chunk, text, place);
    this.descriptor =
        new ColumnDescriptor(new String[] {text.name()}, type, 0, text.optional() ? 1 : 0);
    this.writer = file.writer().orElse(null);
    this.sequential = file.sequential(chunk);
  }

  /**
   * The value of a row, counted in the group; null when it is null.
   *
   * @return bytes that are valid until the next call
   */
  @Nullable ByteBuffer value(long wanted) throws IOException {
    try {
      ColumnReader at = go(wanted);
      return isNull(at) ? null : at.getBinary().toByteBuffer();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (RuntimeException e) {
      throw damaged(e, wanted);
    }
  }

  private ColumnReader go(long wanted) throws IOException {
    ColumnReader at = reader;
    if (at == null || wanted < row || wanted >= pageEnd) {
      int target = index.pageOf(wanted);
      if (at == null || wanted < row || (!sequential && target > page + 1)) {
        PageIndex.Page start = index.pages().get(sequential ? 0 : target);
        pages.seek(start);
        at = new ColumnReaderImpl(descriptor, pages, UNUSED, writer);
        reader = at;
        row = start.firstRow();
      }
      page = target;
      pageEnd = index.endOf(target);
    }
    for (; row < wanted; row++) {
      if (!isNull(at)) {
        at.skip();
      }
      at.consume();
    }
    return at;
  }

  private static boolean isNull(ColumnReader reader) {
    return reader.getCurrentDefinitionLevel() < reader.getDescriptor().getMaxDefinitionLevel();
  }

  /** The library reports damage through unchecked exceptions of many types. */
  private FtpipeException damaged(RuntimeException e, long wanted) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof FtpipeException known) {
        return known;
      }
    }
    return FtpipeException.pipeline(
        place
            + ", page data at row "
            + (groupFirstRow + wanted)
            + " of the file cannot be decoded; the file is damaged: fetch it again",
        e);
  }
}
