package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the lines of rows of one parquet file. Not thread-safe. */
final class RowPairs implements Closeable {
  private final ParquetFile file;
  private final PairColumns columns;
  private final OnNull onNull;
  private final FileChannel channel;
  private final PairLine line = new PairLine();
  private List<ColumnCursor> cursors = List.of();
  private int group = -1;

  RowPairs(ParquetFile file, PairColumns columns, OnNull onNull) throws IOException {
    this.file = file;
    this.columns = columns;
    this.onNull = onNull;
    this.channel = FileChannel.open(file.source().path());
  }

  /** Goes to a row group; the rows asked for next are counted in it. */
  void open(int wanted) {
    if (group != wanted) {
      group = wanted;
      cursors = new ArrayList<>();
      for (int column = 0; column < file.columns().size(); column++) {
        cursors.add(new ColumnCursor(channel, file, group, column));
      }
    }
  }

  /** The line of a row, valid until the next call; null when the row is left out for a null. */
  @Nullable PairLine line(long row) throws IOException {
    int last = cursors.size() - 1;
    boolean begun = false;
    line.begin();
    for (int i = 0; i < last; i++) {
      ByteBuffer text = cursors.get(i).value(row);
      boolean context = i == columns.context();
      if (text == null && !context) {
        return withoutText(row, i);
      }
      if (text != null && (!context || text.hasRemaining())) {
        if (begun) {
          line.gap();
        }
        append(text, row, i);
        begun = true;
      }
    }
    ByteBuffer completion = cursors.get(last).value(row);
    if (completion == null) {
      return withoutText(row, last);
    }
    line.completion();
    append(completion, row, last);
    line.end();
    return line;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void append(ByteBuffer text, long row, int column) {
    int bad = line.text(text);
    if (bad >= 0) {
      throw FtpipeException.pipeline(
          place(row, column)
              + ": not UTF-8 at byte "
              + bad
              + " of the text; write the column again in UTF-8");
    }
  }

  private @Nullable PairLine withoutText(long row, int column) {
    if (onNull == OnNull.SKIP) {
      return null;
    }
    throw FtpipeException.pipeline(
        place(row, column)
            + ": null where a text is needed; set on_null: skip to leave such rows out");
  }

  private String place(long row, int column) {
    return file.source().name()
        + ": row "
        + (file.groups().get(group).firstRow() + row)
        + " (from 0), column '"
        + columns.names().get(column)
        + "'";
  }
}
