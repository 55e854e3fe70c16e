package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** Goes through the rows of a parquet file in order; values that nobody asks for are skipped. */
final class ParquetRows implements Closeable {
  /** The library wants a converter for each column and, asked for values, never calls it. */
  private static final PrimitiveConverter UNUSED = new PrimitiveConverter() {};

  private final ParquetFile file;
  private final FileChannel channel;
  private final List<ColumnReader> readers = new ArrayList<>();
  private int group = -1;
  private long leftInGroup;
  private long row = -1;

  ParquetRows(ParquetFile file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file.source().path());
  }

  /** Goes to the next row; false when there is none. */
  boolean next() throws IOException {
    while (leftInGroup == 0) {
      if (++group >= file.groups().size()) {
        return false;
      }
      open(file.groups().get(group));
    }
    if (readers.isEmpty()) {
      for (int i = 0; i < file.columns().size(); i++) {
        int column = i;
        readers.add(guarded(column, () -> reader(column)));
      }
    } else {
      for (int i = 0; i < readers.size(); i++) {
        advance(i);
      }
    }
    leftInGroup--;
    row++;
    return true;
  }

  /** The row at hand, counted from 0 in the file. */
  long row() {
    return row;
  }

  /** The value of the row at hand; empty when it is null. Valid until the next row. */
  Optional<ByteBuffer> value(int column) throws IOException {
    ColumnReader reader = readers.get(column);
    if (isNull(reader)) {
      return Optional.empty();
    }
    return Optional.of(guarded(column, () -> reader.getBinary().toByteBuffer()));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void open(ParquetFile.RowGroup next) {
    readers.clear();
    leftInGroup = next.rows();
  }

  private void advance(int column) throws IOException {
    ColumnReader reader = readers.get(column);
    guarded(
        column,
        () -> {
          if (!isNull(reader)) {
            reader.skip();
          }
          reader.consume();
          return reader;
        });
  }

  private static boolean isNull(ColumnReader reader) {
    return reader.getCurrentDefinitionLevel() < reader.getDescriptor().getMaxDefinitionLevel();
  }

  private ColumnReader reader(int column) {
    TextColumn text = file.columns().get(column);
    ColumnChunk chunk = file.groups().get(group).chunks().get(column);
    PrimitiveType type =
        Types.primitive(
                PrimitiveTypeName.BINARY,
                text.optional() ? Repetition.OPTIONAL : Repetition.REQUIRED)
            .as(LogicalTypeAnnotation.stringType())
            .named(text.name());
    return new ColumnReaderImpl(
        new ColumnDescriptor(new String[] {text.name()}, type, 0, text.optional() ? 1 : 0),
        new ChunkPages(channel, chunk, text, file.place(group, column)),
        UNUSED,
        file.writer().orElse(null));
  }

  /** The library reports damage through unchecked exceptions of many types. */
  private <T> T guarded(int column, Supplier<T> read) throws IOException {
    try {
      return read.get();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof FtpipeException known) {
          throw known;
        }
      }
      throw FtpipeException.pipeline(
          file.place(group, column)
              + ", page data at row "
              + (row + 1)
              + " of the file cannot be decoded; the file is damaged: fetch it again",
          e);
    }
  }
}
