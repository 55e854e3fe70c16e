package dev.ftpipe.data;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table of texts as parquet: every column OPTIONAL STRING, snappy, pages with checksums.
 * The same rows give the same bytes.
 */
public final class StringParquetWriter implements Closeable {
  private final Path file;
  private final ParquetWriter<List<@Nullable String>> writer;

  /**
   * Opens a file for writing, over one that is there.
   *
   * @param columns the names, in order; each once
   */
  public StringParquetWriter(Path file, List<String> columns) throws IOException {
    this.file = file;
    this.writer = new Builder(new LocalOutputFile(file), schema(columns)).build();
  }

  /** Appends a row: a text or null for each column, in the columns' order. */
  public void write(List<@Nullable String> row) throws IOException {
    writer.write(row);
  }

  @Override
  public void close() throws IOException {
    writer.close();
    FooterOrder.fix(file);
  }

  private static MessageType schema(List<String> columns) {
    Types.MessageTypeBuilder message = Types.buildMessage();
    for (String column : columns) {
      message.addField(
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(column));
    }
    return message.named("schema");
  }

  // Hadoop's Configuration is in the signatures that have to be overridden, and nowhere else.
  @SuppressWarnings("deprecation")
  private static final class Builder
      extends ParquetWriter.Builder<List<@Nullable String>, Builder> {
    private final MessageType schema;

    Builder(OutputFile file, MessageType schema) {
      super(file);
      this.schema = schema;
      withConf(new PlainParquetConfiguration());
      withCodecFactory(new SnappyFactory());
      withCompressionCodec(CompressionCodecName.SNAPPY);
      withPageWriteChecksumEnabled(true);
      withWriteMode(ParquetFileWriter.Mode.OVERWRITE);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<List<@Nullable String>> getWriteSupport(Configuration ignored) {
      return new RowSupport(schema);
    }

    @Override
    protected WriteSupport<List<@Nullable String>> getWriteSupport(ParquetConfiguration ignored) {
      return new RowSupport(schema);
    }
  }

  @SuppressWarnings("deprecation")
  private static final class RowSupport extends WriteSupport<List<@Nullable String>> {
    private final MessageType schema;
    private @Nullable RecordConsumer consumer;

    RowSupport(MessageType schema) {
      this.schema = schema;
    }

    @Override
    public WriteContext init(Configuration ignored) {
      return new WriteContext(schema, Map.of());
    }

    @Override
    public WriteContext init(ParquetConfiguration ignored) {
      return new WriteContext(schema, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      this.consumer = recordConsumer;
    }

    @Override
    public void write(List<@Nullable String> row) {
      if (row.size() != schema.getFieldCount()) {
        throw new IllegalArgumentException(
            "row of " + row.size() + " values for " + schema.getFieldCount() + " columns");
      }
      RecordConsumer out = requireNonNull(consumer, "consumer is null");
      out.startMessage();
      for (int i = 0; i < row.size(); i++) {
        String text = row.get(i);
        if (text != null) {
          out.startField(schema.getFieldName(i), i);
          out.addBinary(Binary.fromString(text));
          out.endField(schema.getFieldName(i), i);
        }
      }
      out.endMessage();
    }
  }
}
