package dev.ftpipe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files read in chunks far smaller than a line, as long as one, and larger than the file. */
final class RecordFileTest {
  private static final WorkMonitor NOBODY = (unit, done, total) -> {};
  private static final int RECORDS = 300;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {5, 7, 32, 36, 37, 100, 1 << 20})
  void shuffle_givesTheSameBytesInEitherWay(int chunk) throws Exception {
    RecordFile file =
        RecordFile.index(chunks("\ufeff" + text("\r\n") + line(RECORDS), chunk), NOBODY);
    int count = RecordShuffle.records(file);
    assertThat(count).isEqualTo(RECORDS + 1);
    int[] order = Permutations.python(5, count);
    List<String> expected = new ArrayList<>();
    for (int i = 10; i < count - 20; i++) {
      expected.add(line(order[i]));
    }
    RecordShuffle shuffle = new RecordShuffle(file, order);
    Path gathered = folder.resolve("gathered");
    try (OutputFile out = new OutputFile(gathered)) {
      shuffle.gather(10, count - 20, out, NOBODY);
      out.commit();
    }
    Path scattered = folder.resolve("scattered");
    try (OutputFile out = new OutputFile(scattered)) {
      shuffle.scatter(10, count - 20, out, folder.resolve("spool"), NOBODY);
      out.commit();
    }
    assertThat(Files.readString(gathered)).isEqualTo(String.join("\n", expected) + "\n");
    assertThat(scattered).hasSameBinaryContentAs(gathered);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 36, 37, 1 << 20})
  void copy_givesTheRecordsInOrder(int chunk) throws Exception {
    Path copy = folder.resolve("copy");
    RecordFile one = RecordFile.check(chunks(text("\r\n"), chunk), NOBODY);
    try (OutputFile out = new OutputFile(copy)) {
      long end = new RecordCopy(one).write(out, 0, NOBODY);
      new RecordCopy(one).write(out, end, NOBODY);
      out.commit();
    }
    assertThat(Files.readString(copy)).isEqualTo(text("\n").repeat(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 36, 1000, 1 << 20})
  void badLines_theFirstIsNamed(int chunk) throws Exception {
    LineChunks chunks = chunks(text("\n") + "{}\n" + text("\n") + "[]\n", chunk);
    assertThatThrownBy(() -> RecordFile.check(chunks, NOBODY))
        .isInstanceOf(FtpipeException.class)
        .hasMessageStartingWith("f:" + (RECORDS + 1) + ": expected an object with");
  }

  @Test
  void gather_whenTheFileWasCutMeanwhile_saysSo() throws Exception {
    LineChunks chunks = chunks(text("\n"), 1000);
    RecordFile file = RecordFile.index(chunks, NOBODY);
    Files.writeString(chunks.source().path(), line(0));
    try (OutputFile out = new OutputFile(folder.resolve("out"))) {
      RecordShuffle shuffle = new RecordShuffle(file, Permutations.python(5, RECORDS));
      assertThatThrownBy(() -> shuffle.gather(0, RECORDS, out, NOBODY))
          .isInstanceOf(FtpipeException.class)
          .hasMessageContaining("f: changed while it was read");
    }
  }

  private LineChunks chunks(String text, int chunk) throws Exception {
    Path file = Files.writeString(folder.resolve("records.jsonl"), text, StandardCharsets.UTF_8);
    return LineChunks.of(new Source(file, "f"), chunk);
  }

  private static String text(String end) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < RECORDS; i++) {
      text.append(line(i)).append(end);
    }
    return text.toString();
  }

  /** 34 to 133 bytes. */
  private static String line(int number) {
    return "{\"prompt\":\"%d%s\",\"completion\":\"é\"}".formatted(number, "x".repeat(number % 100));
  }
}
