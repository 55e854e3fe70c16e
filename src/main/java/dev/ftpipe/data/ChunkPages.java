package dev.ftpipe.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
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
  private final PageHeaders headers;
  private final PageCodec codec = new PageCodec();
  private PageGuard guard = new PageGuard();
  private byte[] packed = new byte[0];
  private @Nullable DictionaryPage dictionary;
  private long firstRow;

  /** Starts at the first page; {@code place} names file, column and row group for messages. */
  ChunkPages(FileChannel channel, ColumnChunk chunk, TextColumn column, String place) {
    this.chunk = chunk;
    this.column = column;
    this.headers = PageHeaders.of(channel, chunk, place);
  }

  /** Goes to a page: the next one that is read. */
  void seek(PageIndex.Page page) throws IOException {
    if (dictionary == null && chunk.index().dictionary()) {
      headers.rewind();
      dictionary = dictionary(headers.next());
    }
    headers.seek(page);
    firstRow = page.firstRow();
    guard = new PageGuard();
  }

  /** Values from the page that was gone to. */
  @Override
  public long getTotalValueCount() {
    return chunk.values() - firstRow;
  }

  @Override
  public @Nullable DictionaryPage readDictionaryPage() {
    return dictionary;
  }

  @Override
  public DataPage readPage() {
    try {
      while (true) {
        PageHeader header = headers.next();
        if (header.getType() == PageType.DATA_PAGE) {
          return dataV1(header);
        }
        if (header.getType() == PageType.DATA_PAGE_V2) {
          return dataV2(header);
        }
        headers.pass(header);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes behind a header, with their checksum verified; the next page overwrites them. */
  private ByteBuffer body(PageHeader header) throws IOException {
    int length = header.getCompressed_page_size();
    packed = packed.length < length ? new byte[length] : packed;
    headers.body(packed, length);
    if (header.isSetCrc()) {
      CRC32 crc = new CRC32();
      crc.update(packed, 0, length);
      if ((int) crc.getValue() != header.getCrc()) {
        throw headers.damaged("its checksum does not match");
      }
    }
    return ByteBuffer.wrap(packed, 0, length);
  }

  private DictionaryPage dictionary(PageHeader header) throws IOException {
    DictionaryPageHeader about = header.getDictionary_page_header();
    ByteBuffer body = body(header);
    if (about == null) {
      throw headers.damaged("no dictionary header");
    }
    // It stays while the data pages come and go.
    byte[] plain = copy(unpack(body, 0, header.getUncompressed_page_size()));
    // Each entry takes 4 bytes for its length.
    if (about.getNum_values() < 0 || about.getNum_values() > plain.length / 4) {
      throw headers.damaged(
          "a dictionary of " + about.getNum_values() + " in " + plain.length + " bytes");
    }
    headers.turn();
    return new DictionaryPage(
        BytesInput.from(plain), about.getNum_values(), encoding(about.getEncoding()));
  }

  private DataPage dataV1(PageHeader header) throws IOException {
    int values = headers.takeValues(header);
    DataPageHeader about = header.getData_page_header();
    Encoding levels = encoding(about.getDefinition_level_encoding());
    Encoding encoding = encoding(about.getEncoding());
    ByteBuffer plain = kept(unpack(body(header), 0, header.getUncompressed_page_size()), encoding);
    ByteBuffer data = plain.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    guarded(
        () -> {
          if (column.optional()) {
            guard.levels(levelsV1(data, levels, values), values);
          }
          guard.values(encoding, data, values);
        });
    headers.turn();
    return new DataPageV1(
        BytesInput.from(plain),
        values,
        plain.remaining(),
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
    int values = headers.takeValues(header);
    DataPageHeaderV2 about = header.getData_page_header_v2();
    ByteBuffer body = body(header);
    int repetition = about.getRepetition_levels_byte_length();
    int definition = about.getDefinition_levels_byte_length();
    long levels = (long) repetition + definition;
    int size = header.getUncompressed_page_size();
    if (repetition < 0 || definition < 0 || levels > body.remaining() || levels > size) {
      throw headers.damaged("levels of " + levels + " bytes in a page of " + body.remaining());
    }
    int at = (int) levels;
    boolean compressed = !about.isSetIs_compressed() || about.isIs_compressed();
    Encoding encoding = encoding(about.getEncoding());
    ByteBuffer plain =
        kept(
            compressed ? unpack(body, at, size - at) : slice(body, at, body.remaining() - at),
            encoding);
    ByteBuffer definitions = slice(body, repetition, definition);
    guarded(
        () -> {
          guard.levels(definitions, values);
          guard.values(encoding, plain, values);
        });
    headers.turn();
    return DataPageV2.uncompressed(
        values,
        Math.max(0, about.getNum_nulls()),
        values,
        BytesInput.from(slice(body, 0, repetition)),
        BytesInput.from(definitions),
        encoding,
        BytesInput.from(plain),
        Statistics.createStats(TYPE));
  }

  private interface Check {
    void run() throws IOException;
  }

  private void guarded(Check check) {
    try {
      check.run();
    } catch (IOException e) {
      throw headers.damaged(e.getMessage());
    } catch (RuntimeException e) {
      // The library's decoder of delta-packed lengths, which the guard uses.
      throw headers.damaged("its lengths cannot be decoded");
    }
  }

  /** A text may begin with bytes of one before it, even of the page before. */
  private static ByteBuffer kept(ByteBuffer plain, Encoding encoding) {
    return encoding == Encoding.DELTA_BYTE_ARRAY ? ByteBuffer.wrap(copy(plain)) : plain;
  }

  private ByteBuffer unpack(ByteBuffer body, int offset, int size) {
    try {
      int at = body.arrayOffset() + offset;
      return codec.unpack(chunk.codec(), body.array(), at, body.remaining() - offset, size);
    } catch (IOException | RuntimeException e) {
      throw headers.damaged("it cannot be unpacked as " + chunk.codec());
    }
  }

  private Encoding encoding(org.apache.parquet.format.@Nullable Encoding encoding) {
    if (encoding == null) {
      throw headers.damaged("unknown encoding");
    }
    return Encoding.valueOf(encoding.name());
  }

  private static byte[] copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return copy;
  }

  private static ByteBuffer slice(ByteBuffer bytes, int from, int length) {
    return bytes.slice(from, length);
  }
}
