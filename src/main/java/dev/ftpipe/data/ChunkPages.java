package dev.ftpipe.data;

import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import shaded.parquet.org.apache.thrift.TException;

/**
 * The pages of a column chunk, read from the file one at a time, so that a row group of any size
 * costs a page of each column. Checks each page's checksum where it has one, and all counts and
 * lengths before anything is sized by them.
 */
final class ChunkPages implements PageReader {
  private static final PrimitiveType TYPE = Types.optional(PrimitiveTypeName.BINARY).named("text");
  private static final int LEVELS_LENGTH = 4;

  private final ColumnChunk chunk;
  private final TextColumn column;
  private final String place;
  private final ChannelInput in;
  private final PageCodec codec = new PageCodec();
  private final PageGuard guard = new PageGuard();
  private long valuesLeft;
  private int page;
  private @Nullable PageHeader pending;

  /** Starts at the first page; {@code place} names file, column and row group for messages. */
  ChunkPages(FileChannel channel, ColumnChunk chunk, TextColumn column, String place) {
    this.chunk = chunk;
    this.column = column;
    this.place = place;
    this.in = new ChannelInput(channel, chunk.start(), chunk.end());
    this.valuesLeft = chunk.values();
  }

  /** Goes through all page headers and fails unless they add up to the chunk's count of values. */
  void checkCounts() throws IOException {
    while (valuesLeft > 0) {
      PageHeader header = header();
      if (header.getType() == PageType.DATA_PAGE || header.getType() == PageType.DATA_PAGE_V2) {
        countValues(header);
      }
      in.pass(header.getCompressed_page_size());
      page++;
    }
  }

  @Override
  public long getTotalValueCount() {
    return chunk.values();
  }

  @Override
  public @Nullable DictionaryPage readDictionaryPage() {
    try {
      PageHeader header = header();
      if (header.getType() != PageType.DICTIONARY_PAGE) {
        pending = header;
        return null;
      }
      return dictionary(header);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public DataPage readPage() {
    try {
      while (true) {
        PageHeader header = pending == null ? header() : pending;
        pending = null;
        if (header.getType() == PageType.DATA_PAGE) {
          return dataV1(header);
        }
        if (header.getType() == PageType.DATA_PAGE_V2) {
          return dataV2(header);
        }
        in.pass(header.getCompressed_page_size());
        page++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PageHeader header() throws IOException {
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

  /** The bytes behind a header, with their checksum verified. */
  private byte[] body(PageHeader header) throws IOException {
    byte[] body = in.readNBytes(header.getCompressed_page_size());
    if (header.isSetCrc()) {
      CRC32 crc = new CRC32();
      crc.update(body);
      if ((int) crc.getValue() != header.getCrc()) {
        throw damaged("its checksum does not match");
      }
    }
    return body;
  }

  private DictionaryPage dictionary(PageHeader header) throws IOException {
    DictionaryPageHeader about = header.getDictionary_page_header();
    byte[] body = body(header);
    if (about == null) {
      throw damaged("no dictionary header");
    }
    byte[] plain = unpack(body, 0, header.getUncompressed_page_size());
    // Each entry takes 4 bytes for its length.
    if (about.getNum_values() < 0 || about.getNum_values() > plain.length / 4) {
      throw damaged("a dictionary of " + about.getNum_values() + " in " + plain.length + " bytes");
    }
    page++;
    return new DictionaryPage(
        BytesInput.from(plain), about.getNum_values(), encoding(about.getEncoding()));
  }

  private DataPage dataV1(PageHeader header) throws IOException {
    int values = countValues(header);
    DataPageHeader about = header.getData_page_header();
    byte[] plain = unpack(body(header), 0, header.getUncompressed_page_size());
    Encoding levels = encoding(about.getDefinition_level_encoding());
    Encoding encoding = encoding(about.getEncoding());
    try {
      ByteBuffer bytes = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
      if (column.optional()) {
        guard.levels(levelsV1(bytes, levels, values), values);
      }
      guard.values(encoding, bytes, values);
    } catch (IOException | RuntimeException e) {
      throw damaged(e.getMessage());
    }
    page++;
    return new DataPageV1(
        BytesInput.from(plain),
        values,
        plain.length,
        Statistics.createStats(TYPE),
        encoding(about.getRepetition_level_encoding()),
        levels,
        encoding);
  }

  /**
   * Leaves {@code bytes} at the values; the levels in runs, or nothing when they are not in runs.
   */
  private static ByteBuffer levelsV1(ByteBuffer bytes, Encoding levels, int values)
      throws IOException {
    if (levels.name().equals("BIT_PACKED")) {
      bytes.position(Math.min(bytes.limit(), (values + 7) / 8));
      return ByteBuffer.allocate(0);
    }
    if (levels != Encoding.RLE || bytes.remaining() < LEVELS_LENGTH) {
      throw new IOException("no definition levels");
    }
    int length = bytes.getInt();
    if (length < 0 || length > bytes.remaining()) {
      throw new IOException("definition levels of " + length + " bytes");
    }
    ByteBuffer runs = bytes.slice().limit(length);
    bytes.position(bytes.position() + length);
    return runs;
  }

  private DataPage dataV2(PageHeader header) throws IOException {
    int values = countValues(header);
    DataPageHeaderV2 about = header.getData_page_header_v2();
    byte[] body = body(header);
    int repetition = about.getRepetition_levels_byte_length();
    int definition = about.getDefinition_levels_byte_length();
    long levels = (long) repetition + definition;
    int size = header.getUncompressed_page_size();
    if (repetition < 0 || definition < 0 || levels > body.length || levels > size) {
      throw damaged("levels of " + levels + " bytes in a page of " + body.length);
    }
    int at = (int) levels;
    boolean packed = !about.isSetIs_compressed() || about.isIs_compressed();
    byte[] plain = packed ? unpack(body, at, size - at) : Arrays.copyOfRange(body, at, body.length);
    Encoding encoding = encoding(about.getEncoding());
    try {
      guard.levels(ByteBuffer.wrap(body, repetition, definition), values);
      guard.values(encoding, ByteBuffer.wrap(plain), values);
    } catch (IOException | RuntimeException e) {
      throw damaged(e.getMessage());
    }
    page++;
    return DataPageV2.uncompressed(
        values,
        Math.max(0, about.getNum_nulls()),
        values,
        BytesInput.from(body, 0, repetition),
        BytesInput.from(body, repetition, definition),
        encoding,
        BytesInput.from(plain),
        Statistics.createStats(TYPE));
  }

  private int countValues(PageHeader header) {
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

  private byte[] unpack(byte[] body, int offset, int size) {
    try {
      return codec.unpack(chunk.codec(), body, offset, body.length - offset, size);
    } catch (IOException | RuntimeException e) {
      throw damaged("it cannot be unpacked as " + chunk.codec());
    }
  }

  private Encoding encoding(org.apache.parquet.format.@Nullable Encoding encoding) {
    if (encoding == null) {
      throw damaged("unknown encoding");
    }
    return Encoding.valueOf(encoding.name());
  }

  private FtpipeException damaged(@Nullable String what) {
    return FtpipeException.pipeline(
        place + ", page " + page + ": " + what + "; the file is damaged: fetch it again");
  }
}
