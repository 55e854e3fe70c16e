package dev.ftpipe.stage.orca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.data.StringParquetWriter;
import dev.ftpipe.stage.ParquetFixtures;
import dev.ftpipe.stage.StageRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class OrcaStageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("good")
  void goodFile_givesTheRowsOfPandas(String file) throws Exception {
    JsonNode expected = ParquetFixtures.manifest().get("good").get(file);
    assertThat(digest(run(file, 1))).isEqualTo(expected.get("all_seed42_sha256").asText());
    if (expected.get("rows").asInt() >= 10) {
      assertThat(digest(run(file, 10))).isEqualTo(expected.get("subset10_seed42_sha256").asText());
    }
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badFile_isOneMessageAndNoOutput(String file) throws Exception {
    JsonNode expected = ParquetFixtures.manifest().get("bad").get(file);
    Throwable thrown = catchThrowable(() -> run(file, 1));
    if (thrown == null && expected.has("may_succeed_with")) {
      return;
    }
    assertThat(thrown).isInstanceOf(FtpipeException.class);
    String message = String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT);
    assertThat(message).doesNotContain("\n").contains("/" + Path.of(file).getFileName());
    for (JsonNode name : expected.get("message_names")) {
      if (!name.asText().equals("file")) {
        String[] either = name.asText().toLowerCase(Locale.ROOT).split(" or ");
        assertThat(message).containsAnyOf(either);
      }
    }
    assertNothingWritten();
  }

  @ParameterizedTest
  @CsvSource({
    "200, 3ce30b8f8d15b4502aaecdc05fcc1c965e8d217e3802b2bcb35e75ed9d515fb4",
    "0.1, b60cca04705759053fa5cdf2c474da29fa6428e1354073aec776ae1bcec00517"
  })
  void subset_isTheFirstOfTheSeededOrder(double size, String sha256) throws Exception {
    ParquetFixtures.manifest();
    assertThat(digest(run("orca-sample.parquet", size))).isEqualTo(sha256);
  }

  @Test
  void subset_whenLargerThanTheData_namesBoth() throws Exception {
    Path file = table(List.of("q", "", "r"));
    assertThatThrownBy(() -> orca(file).with("subset_size", 5).run(new OrcaStage()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("subset_size: 5 is more than the 1 record of ")
        .hasMessageContaining("table.parquet");
    assertNothingWritten();
  }

  @Test
  void nulls_whenSkipped_areCounted() throws Exception {
    Path file = table(Arrays.asList("q", "", null), Arrays.asList("q2", null, "r2"));
    StageRun run = orca(file).with("on_null", "skip").run(new OrcaStage());
    assertThat(run.text("records")).isEqualTo("{\"prompt\":\"q2\",\"completion\":\"r2\"}\n");
    assertThat(run.log()).containsExactly("1 records of 2 rows; 1 left out because of a null");
  }

  @Test
  void systemPrompt_whenAskedFor_comesFirst() throws Exception {
    Path file = table(List.of("q", "be\nbrief", "r"));
    StageRun run = orca(file).with("system", "system_prompt").run(new OrcaStage());
    assertThat(run.text("records"))
        .isEqualTo("{\"prompt\":\"be\\nbrief\\n\\nq\",\"completion\":\"r\"}\n");

    Path without = table(Arrays.asList("q", null, "r"));
    run = orca(without).with("system", "system_prompt").run(new OrcaStage());
    assertThat(run.text("records")).isEqualTo("{\"prompt\":\"q\",\"completion\":\"r\"}\n");
  }

  @Test
  void seed_whenNumpyHasNoSuch_isRefused() throws Exception {
    Path file = table(List.of("q", "", "r"));
    assertThatThrownBy(() -> orca(file).with("seed", -1).run(new OrcaStage()))
        .hasMessage("seed must be from 0 to 4294967295, as numpy has it: -1");
  }

  @Test
  void folder_whenWithoutShards_isNamed() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> orca(empty).run(new OrcaStage()))
        .isInstanceOf(FtpipeException.class)
        .hasMessageContaining("empty: a folder without parquet files");
  }

  private Path run(String file, double size) throws IOException, InterruptedException {
    return orca(ParquetFixtures.file(file))
        .with("subset_size", size)
        .run(new OrcaStage())
        .file("records");
  }

  private StageRun orca(Path records) {
    return new StageRun(folder).in("records", records).out("records");
  }

  /** Rows of question, system_prompt and response. */
  @SafeVarargs
  private Path table(List<String>... rows) throws IOException {
    Path file = folder.resolve("table.parquet");
    try (var writer =
        new StringParquetWriter(file, List.of("question", "system_prompt", "response"))) {
      for (List<String> row : rows) {
        writer.write(row);
      }
    }
    return file;
  }

  private void assertNothingWritten() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .isSubsetOf("scratch", "table.parquet");
    }
  }

  static Stream<String> good() throws IOException {
    return ParquetFixtures.good("orca");
  }

  static Stream<String> bad() throws IOException {
    return ParquetFixtures.bad();
  }

  private static String digest(Path file) throws IOException {
    return Digest.ofFile(file).hex();
  }
}
