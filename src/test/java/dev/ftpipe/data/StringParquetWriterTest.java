package dev.ftpipe.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StringParquetWriterTest {
  @TempDir Path folder;

  @Test
  void theSameRows_giveTheSameBytes() throws Exception {
    assertThat(Files.readAllBytes(write("a.parquet")))
        .isEqualTo(Files.readAllBytes(write("b.parquet")));
  }

  private Path write(String name) throws Exception {
    Path file = folder.resolve(name);
    try (StringParquetWriter writer = new StringParquetWriter(file, List.of("q", "r"))) {
      for (int i = 0; i < 1000; i++) {
        writer.write(Arrays.asList("question " + i, i % 10 == 0 ? null : "é" + i));
      }
    }
    return file;
  }
}
