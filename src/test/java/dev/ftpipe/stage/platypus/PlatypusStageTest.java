package dev.ftpipe.stage.platypus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Digest;
import dev.ftpipe.data.StringParquetWriter;
import dev.ftpipe.stage.ParquetFixtures;
import dev.ftpipe.stage.StageRun;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PlatypusStageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("good")
  void goodFile_givesTheRowsOfPandas(String file) throws Exception {
    JsonNode expected = ParquetFixtures.manifest().get("good").get(file);
    StageRun run = platypus(ParquetFixtures.file(file)).run(new PlatypusStage());
    assertThat(Digest.ofFile(run.file("records")).hex())
        .isEqualTo(expected.get("all_seed42_sha256").asText());
    run = platypus(ParquetFixtures.file(file)).with("subset_size", 10).run(new PlatypusStage());
    assertThat(Digest.ofFile(run.file("records")).hex())
        .isEqualTo(expected.get("subset10_seed42_sha256").asText());
  }

  @Test
  void input_whenAskedFor_comesAfterTheInstruction() throws Exception {
    Path file = folder.resolve("table.parquet");
    try (var writer = new StringParquetWriter(file, List.of("input", "output", "instruction"))) {
      writer.write(List.of("1 2", "3", "Add."));
    }
    StageRun run = platypus(file).with("input", "input").run(new PlatypusStage());
    assertThat(run.text("records"))
        .isEqualTo("{\"prompt\":\"Add.\\n\\n1 2\",\"completion\":\"3\"}\n");
  }

  private StageRun platypus(Path records) {
    return new StageRun(folder).in("records", records).out("records");
  }

  static Stream<String> good() throws Exception {
    return ParquetFixtures.good("platypus");
  }
}
