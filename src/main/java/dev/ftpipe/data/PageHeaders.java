package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.jspecify.annotations.Nullable;
import shaded.parquet.org.apache.thrift.TException;

/** Reads the headers of a column chunk's pages, and checks counts and lengths before their use. */
final class PageHeaders {
  /** A page body is mostly longer, and is passed over when headers alone are read. */
  private static final int HEADERS_ONLY = 1 << 12;

  private final ColumnChunk chunk;
  private final String place;
  private final ChannelInput in;
  private long valuesLeft;
  private int page;

  private PageHeaders(ColumnChunk chunk, String place, ChannelInput in) {
    this.chunk = chunk;
    this.place = place;
    this.in = in;
    this.valuesLeft = chunk.values();
  }

  /** Starts at the first page; {@code place} names file, column and row group for messages. */
  static PageHeaders of(FileChannel channel, ColumnChunk chunk, String place) {
    return new PageHeaders(chunk, place, new ChannelInput(channel, chunk.start(), chunk.end()));
  }

  /** Goes through all pages' headers and fails unless they add up to the chunk's values. */
  static PageIndex index(FileChannel channel, ColumnChunk chunk, String place) throws IOException {
    ChannelInput in = new ChannelInput(channel, chunk.start(), chunk.end(), HEADERS_ONLY);
    PageHeaders headers = new PageHeaders(chunk, place, in);
    List<PageIndex.Page> pages = new ArrayList<>();
    boolean dictionary = false;
    boolean prefixes = false;
    int largest = 0;
    while (headers.valuesLeft > 0) {
      long offset = in.position();
      int number = headers.page;
      PageHeader header = headers.next();
      if (header.getType() == PageType.DATA_PAGE || header.getType() == PageType.DATA_PAGE_V2) {
        long firstRow = chunk.values() - headers.valuesLeft;
        if (headers.takeValues(header) > 0) {
          pages.add(new PageIndex.Page(offset, firstRow, number));
          prefixes |= encoding(header) == Encoding.DELTA_BYTE_ARRAY;
        }
      } else if (number == 0) {
        dictionary = header.getType() == PageType.DICTIONARY_PAGE;
      }
      largest = Math.max(largest, header.getUncompressed_page_size());
      headers.pass(header);
    }
    return new PageIndex(pages, dictionary, prefixes, largest);
  }

  private static @Nullable Encoding encoding(PageHeader header) {
    return header.isSetData_page_header()
        ? header.getData_page_header().getEncoding()
        : header.getData_page_header_v2().getEncoding();
  }

  /** Goes back or ahead to a page. */
  void seek(PageIndex.Page to) {
    in.seek(to.offset());
    valuesLeft = chunk.values() - to.firstRow();
    page = to.number();
  }

  /** Goes to the chunk's first page. */
  void rewind() {
    in.seek(chunk.start());
    valuesLeft = chunk.values();
    page = 0;
  }

  /** The header at hand; its body, or {@link #pass}, comes next. */
  PageHeader next() throws IOException {
    if (in.remaining() == 0) {
      throw damaged("the pages end " + valuesLeft + " values too early");
    }
    PageHeader header;
    try {
      header = ParquetThrift.pageHeader(in, in.remaining());
    } catch (TException | RuntimeException e) {
      throw damaged("its header cannot be read");
    }
    int packed = header.getCompressed_page_size();
    if (packed < 0 || packed > in.remaining() || header.getUncompressed_page_size() < 0) {
      throw damaged("its header says " + packed + " bytes where " + in.remaining() + " are left");
    }
    return header;
  }

  /** Reads the body into the array, which is long enough. */
  void body(byte[] into, int length) throws IOException {
    if (in.readNBytes(into, 0, length) != length) {
      throw damaged("its bytes end too early");
    }
  }

  /** Passes over the body. */
  void pass(PageHeader header) {
    in.pass(header.getCompressed_page_size());
    turn();
  }

  /** The page at hand is done with. */
  void turn() {
    page++;
  }

  /** Counts a data page's values off those of the chunk and returns how many they are. */
  int takeValues(PageHeader header) {
    boolean known = header.isSetData_page_header() || header.isSetData_page_header_v2();
    if (!known) {
      throw damaged("no data page header");
    }
    int values =
        header.getType() == PageType.DATA_PAGE && header.isSetData_page_header()
            ? header.getData_page_header().getNum_values()
            : header.isSetData_page_header_v2()
                ? header.getData_page_header_v2().getNum_values()
                : -1;
    if (values < 0 || values > valuesLeft) {
      throw damaged(values + " values where " + valuesLeft + " are left");
    }
    valuesLeft -= values;
    return values;
  }

  /** The error of the page at hand. */
  FtpipeException damaged(@Nullable String what) {
    return FtpipeException.pipeline(
        place + ", page " + page + ": " + what + "; the file is damaged: fetch it again");
  }
}
