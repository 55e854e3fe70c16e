package dev.ftpipe.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LineSpoolTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 20, 1L << 30, Long.MAX_VALUE})
  void drain_givesTheNewOrder(long expectedBytes) throws Exception {
    int lines = 1001;
    try (LineSpool spool = new LineSpool(folder.resolve("spool"), lines, expectedBytes)) {
      for (int position : Permutations.python(3, lines)) {
        byte[] line = ("line " + position).repeat(position % 50).getBytes(StandardCharsets.UTF_8);
        if (position % 10 != 0) {
          spool.put(position, line, 0, line.length);
        }
      }
      drain(spool);
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      if (i % 10 != 0) {
        expected.add(("line " + i).repeat(i % 50));
      }
    }
    assertThat(Files.readAllLines(folder.resolve("out"))).isEqualTo(expected);
    assertThat(folder.resolve("spool")).isEmptyDirectory();
  }

  /** 256 buckets of 256 KB each: these go to files, and one line is longer than a buffer. */
  @Test
  void drain_whenBucketsOutgrowTheirBuffers_givesTheNewOrder() throws Exception {
    int lines = 2000;
    try (LineSpool spool = new LineSpool(folder.resolve("spool"), lines, Long.MAX_VALUE)) {
      for (int position : Permutations.numpy(3, lines)) {
        byte[] line = line(position);
        spool.put(position, line, 0, line.length);
      }
      try (var files = Files.list(folder.resolve("spool"))) {
        assertThat(files.count()).isGreaterThan(100);
      }
      drain(spool);
    }
    try (var in = Files.newInputStream(folder.resolve("out"))) {
      for (int i = 0; i < lines; i++) {
        byte[] expected = line(i);
        assertThat(in.readNBytes(expected.length)).isEqualTo(expected);
        assertThat(in.read()).isEqualTo('\n');
      }
      assertThat(in.read()).isNegative();
    }
    assertThat(folder.resolve("spool")).isEmptyDirectory();
  }

  private static byte[] line(int position) {
    byte[] line = new byte[position == 7 ? 300 << 10 : 64 << 10];
    line[0] = (byte) position;
    line[line.length - 1] = (byte) (position >> 8);
    return line;
  }

  private void drain(LineSpool spool) throws Exception {
    try (OutputFile out = new OutputFile(folder.resolve("out"))) {
      spool.drain(out, (unit, done, total) -> {});
      out.commit();
    }
  }
}
