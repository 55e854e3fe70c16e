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
    List<String> out = new ArrayList<>();
    try (LineSpool spool = new LineSpool(folder, lines, expectedBytes)) {
      for (int position : Permutations.python(3, lines)) {
        byte[] line = ("line " + position).repeat(position % 50).getBytes(StandardCharsets.UTF_8);
        if (position % 10 != 0) {
          spool.put(position, line, 0, line.length);
        }
      }
      spool.drain((p, bytes, at, n) -> out.add(new String(bytes, at, n, StandardCharsets.UTF_8)));
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      if (i % 10 != 0) {
        expected.add(("line " + i).repeat(i % 50));
      }
    }
    assertThat(out).isEqualTo(expected);
    assertThat(folder).isEmptyDirectory();
  }

  /** 256 buckets of 256 KB each: these go to files. */
  @Test
  void drain_whenBucketsOutgrowTheirBuffers_givesTheNewOrder() throws Exception {
    int lines = 2000;
    byte[] line = new byte[64 << 10];
    int[] drained = {0};
    try (LineSpool spool = new LineSpool(folder, lines, Long.MAX_VALUE)) {
      for (int position : Permutations.numpy(3, lines)) {
        line[0] = (byte) position;
        line[line.length - 1] = (byte) (position >> 8);
        spool.put(position, line, 0, line.length);
      }
      try (var files = Files.list(folder)) {
        assertThat(files.count()).isGreaterThan(100);
      }
      spool.drain(
          (p, bytes, at, n) -> {
            assertThat(p).isEqualTo(drained[0]++);
            assertThat(n).isEqualTo(line.length);
            assertThat(bytes[at]).isEqualTo((byte) p);
            assertThat(bytes[at + n - 1]).isEqualTo((byte) (p >> 8));
          });
    }
    assertThat(drained[0]).isEqualTo(lines);
    assertThat(folder).isEmptyDirectory();
  }
}
