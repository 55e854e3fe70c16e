package dev.ftpipe.stage.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.stage.StageRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SplitStageTest {
  private static final Path FIXTURES = Path.of("../shared/fixtures/data");

  @TempDir Path folder;

  @Test
  void split_givesTheLinesOfTheReference() throws Exception {
    assumeFixtures();
    JsonNode expected = Json.mapper().readTree(FIXTURES.resolve("manifest.json").toFile());
    Path subset = FIXTURES.resolve("expected/orca-sample.subset200.seed42.jsonl");
    StageRun fraction = split(subset, 0.2);
    assertDigests(fraction, expected.at("/expected/split of subset200, val_size=0.2 seed=42"));
    StageRun count = split(subset, 30);
    assertDigests(count, expected.at("/expected/split of subset200, val_size=30 seed=42"));

    Path all = folder.resolve("all.jsonl");
    Path packed = FIXTURES.resolve("expected/orca-sample.file-order.jsonl.gz");
    try (var in = new GZIPInputStream(Files.newInputStream(packed))) {
      Files.copy(in, all);
    }
    assertDigests(
        split(all, 0.2), expected.at("/expected/split of file-order, val_size=0.2 seed=42"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void file_getsItsVerdict(String name) throws Exception {
    JsonNode expected =
        Json.mapper().readTree(FIXTURES.resolve("manifest.json").toFile()).get("jsonl").get(name);
    String verdict = expected.get("verdict").asText();
    Path file = FIXTURES.resolve("jsonl").resolve(name);
    Throwable thrown = catchThrowable(() -> split(file, 0.2));
    if (thrown == null) {
      assertThat(verdict).containsAnyOf("ok", "two empty files");
      List<String> lines = new ArrayList<>(lines("train"));
      lines.addAll(lines("val"));
      if (expected.has("rows")) {
        assertThat(lines).hasSize(expected.get("rows").asInt());
        assertThat(lines("val")).hasSize((int) (expected.get("rows").asInt() * 0.2));
      }
      assertThat(lines).allSatisfy(line -> Json.mapper().readTree(line));
      assertThat(lines).noneMatch(line -> line.contains("\ufeff"));
      return;
    }
    assertThat(thrown).isInstanceOf(FtpipeException.class).hasMessageContaining(name);
    assertThat(verdict).contains("error");
    if (verdict.contains("line ")) {
      String line = verdict.replaceAll(".*line (\\d+).*", "$1");
      assertThat(thrown).hasMessageContaining(name + ":" + line + ": ");
    }
    if (name.startsWith("gzip")) {
      assertThat(thrown).hasMessageContaining("not JSONL").hasMessageContaining("looks like gzip");
    }
    assertThat(folder.resolve("train.jsonl")).doesNotExist();
    assertThat(folder.resolve("val.jsonl")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.25, 1", "0.99, 3", "1, 4", "2, 2", "4, 4"})
  void valSize_isAFractionOrACount(double size, int val) throws Exception {
    split(records(4), size);
    assertThat(lines("val")).hasSize(val);
    assertThat(lines("train")).hasSize(4 - val);
  }

  @Test
  void valSize_whenLargerThanTheData_namesBoth() throws Exception {
    Path one = records(1);
    assertThatThrownBy(() -> split(one, 2))
        .isInstanceOf(FtpipeException.class)
        .hasMessageStartingWith("val_size: 2 is more than the 1 record of ")
        .hasMessageContaining("records.jsonl");
    assertThat(folder.resolve("train.jsonl")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"-0.5", "1.5", "NaN"})
  void valSize_whenNeither_isRefused(double size) throws Exception {
    Path some = records(4);
    assertThatThrownBy(() -> split(some, size)).hasMessageContaining("neither a fraction");
  }

  @Test
  void emptyInput_givesTwoEmptyFilesAndALine() throws Exception {
    StageRun run = split(records(0), 0.5);
    assertThat(run.text("train")).isEmpty();
    assertThat(run.text("val")).isEmpty();
    assertThat(run.log()).anyMatch(line -> line.contains("no records"));
  }

  private void assertDigests(StageRun run, JsonNode expected) throws IOException {
    assertThat(Digest.ofFile(run.file("train")).hex()).isEqualTo(expected.get("train").asText());
    assertThat(Digest.ofFile(run.file("val")).hex()).isEqualTo(expected.get("val").asText());
  }

  private StageRun split(Path file, double size) throws Exception {
    return new StageRun(folder)
        .in("records", file)
        .out("train")
        .out("val")
        .with("val_size", size)
        .with("seed", 42)
        .run(new SplitStage());
  }

  private Path records(int count) throws IOException {
    Path file = folder.resolve("records.jsonl");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add("{\"prompt\":\"" + i + "\",\"completion\":\"c\"}");
    }
    return Files.write(file, lines);
  }

  /** Unlike {@code Files.readAllLines}, ends lines at newlines alone. */
  private List<String> lines(String port) throws IOException {
    String text = Files.readString(folder.resolve(port + ".jsonl"));
    return text.isEmpty() ? List.of() : List.of(text.split("\n"));
  }

  static Stream<String> files() throws Exception {
    assumeFixtures();
    return Json.mapper()
        .readTree(FIXTURES.resolve("manifest.json").toFile())
        .get("jsonl")
        .properties()
        .stream()
        .map(Map.Entry::getKey);
  }

  private static void assumeFixtures() {
    Assumptions.assumeTrue(Files.exists(FIXTURES), "no " + FIXTURES);
  }
}
