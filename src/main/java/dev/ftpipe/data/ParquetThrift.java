package dev.ftpipe.data;

import java.io.InputStream;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import shaded.parquet.org.apache.thrift.TConfiguration;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TProtocol;
import shaded.parquet.org.apache.thrift.protocol.TProtocolUtil;
import shaded.parquet.org.apache.thrift.transport.TIOStreamTransport;

/**
 * Reads parquet's Thrift structures from bytes that may lie. The library's own {@code Util} takes a
 * text's or list's length at its word up to 100 MB, and follows unknown fields to any depth.
 */
final class ParquetThrift {
  private static final int MAX_DEPTH = 64;

  static {
    TProtocolUtil.setMaxSkipDepth(MAX_DEPTH);
  }

  private ParquetThrift() {}

  /**
   * Reads a footer.
   *
   * @param limit bytes that there are; nothing in the structure can be longer
   */
  static FileMetaData footer(InputStream in, int limit) throws TException {
    FileMetaData footer = new FileMetaData();
    footer.read(protocol(in, limit));
    return footer;
  }

  /** Reads a page's header; {@code limit} as for {@link #footer}. */
  static PageHeader pageHeader(InputStream in, long limit) throws TException {
    PageHeader header = new PageHeader();
    header.read(protocol(in, (int) Math.min(limit, Integer.MAX_VALUE)));
    return header;
  }

  private static TProtocol protocol(InputStream in, int limit) throws TException {
    TConfiguration bounds = new TConfiguration(limit, limit, MAX_DEPTH);
    return new TCompactProtocol(new TIOStreamTransport(bounds, in), limit, limit);
  }
}
