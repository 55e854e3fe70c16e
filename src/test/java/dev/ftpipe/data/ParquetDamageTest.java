package dev.ftpipe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is flipped in a file: records or one message, never another exception. */
final class ParquetDamageTest {
  private static final int TRAILER = 8;
  private static final int TRIES = 150;
  private static final WorkMonitor NOBODY = (unit, done, total) -> {};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "codec-brotli",
        "codec-lz4",
        "codec-gzip",
        "codec-zstd",
        "delta-byte-array",
        "delta-length",
        "pages-v2",
        "row-groups-of-7"
      })
  void damage_isAMessage(String name) throws Exception {
    byte[] whole =
        Files.readAllBytes(Path.of("src/test/resources/data/parquet", name + ".parquet"));
    Random random = new Random(name.hashCode());
    Path file = folder.resolve("damaged.parquet");
    for (int i = 0; i < TRIES; i++) {
      byte[] damaged = whole.clone();
      int footer =
          ByteBuffer.wrap(whole, whole.length - TRAILER, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
      int from = i % 2 == 0 ? whole.length - TRAILER - footer : 4;
      int at = from + random.nextInt(whole.length - TRAILER - from);
      for (int b = 0; b <= i % 4 && at + b < whole.length - TRAILER; b++) {
        damaged[at + b] = (byte) (i % 3 == 0 ? 0xFF : random.nextInt());
      }
      Files.write(file, damaged);
      try {
        assertThat(sample().write(new Source(file, "d"), folder.resolve("out"), folder, NOBODY))
            .isNotNull();
      } catch (FtpipeException e) {
        assertThat(e.getMessage()).startsWith("d: ");
      }
    }
  }

  /** Still snappy, still UTF-8: only the checksum tells. */
  @Test
  void changedLetter_isFoundByThePagesChecksum() throws Exception {
    Path file = folder.resolve("changed.parquet");
    try (var writer = new StringParquetWriter(file, List.of("question", "response"))) {
      writer.write(List.of("Whose letter is it?", "Mine."));
    }
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(
        file, bytes.replace("Whose letter", "Whose better"), StandardCharsets.ISO_8859_1);
    assertThatThrownBy(
            () -> sample().write(new Source(file, "d"), folder.resolve("out"), folder, NOBODY))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("d: column 'question', row group 0, page ")
        .hasMessageContaining("its checksum does not match");
  }

  private static ParquetSample sample() {
    PairColumns columns = new PairColumns(List.of("question"), -1, "response");
    return new ParquetSample(columns, new SampleSize(1), 42, OnNull.SKIP);
  }
}
