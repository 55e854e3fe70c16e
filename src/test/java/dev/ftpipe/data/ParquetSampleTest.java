package dev.ftpipe.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of many pages, longer in one column than in the other, and of several ranges of rows. */
final class ParquetSampleTest {
  private static final int ROWS = 45_000;

  @TempDir Path folder;

  @Test
  void sample_isTheBeginningOfTheWholeOrder() throws Exception {
    Path file = folder.resolve("rows.parquet");
    String filling = "a line of some text\n".repeat(50);
    try (var writer = new StringParquetWriter(file, List.of("question", "response"))) {
      for (int i = 0; i < ROWS; i++) {
        writer.write(List.of("q" + i, i + filling.substring(i % 100)));
      }
    }
    ParquetFile opened = ParquetFile.open(new Source(file, "d"), List.of("question", "response"));
    assertThat(RowRanges.of(List.of(opened))).hasSizeGreaterThan(1);
    List<String> expected = new ArrayList<>();
    for (int row : Permutations.numpy(42, ROWS)) {
      String response = row + filling.substring(row % 100);
      expected.add(new String(new PairLine().of("q" + row, response), StandardCharsets.UTF_8));
    }
    for (int size : new int[] {ROWS, 500, 2}) {
      List<String> lines = sample(file, size);
      assertThat(lines.equals(expected.subList(0, size))).isTrue();
    }
  }

  private List<String> sample(Path file, int size) throws Exception {
    PairColumns columns = new PairColumns(List.of("question"), -1, "response");
    Path out = folder.resolve("out");
    new ParquetSample(columns, new SampleSize(size), 42, OnNull.ERROR)
        .write(new Source(file, "d"), out, folder.resolve("scratch"), (unit, done, total) -> {});
    return Files.readAllLines(out);
  }
}
