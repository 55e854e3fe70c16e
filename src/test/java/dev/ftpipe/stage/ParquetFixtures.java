package dev.ftpipe.stage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Parquet files of many writers, good and bad, with the digests and messages they must give. */
public final class ParquetFixtures {
  private static final Path FOLDER = Path.of("../shared/fixtures/data");

  private ParquetFixtures() {}

  public static Path file(String name) {
    return FOLDER.resolve(name);
  }

  /** What is expected of a file; skips the test where the files are absent. */
  public static JsonNode manifest() throws IOException {
    Assumptions.assumeTrue(Files.exists(FOLDER), "no " + FOLDER);
    return Json.mapper().readTree(FOLDER.resolve("manifest.json").toFile());
  }

  /** The good files for a stage. */
  public static Stream<String> good(String stage) throws IOException {
    return manifest().get("good").properties().stream()
        .filter(entry -> entry.getValue().get("stage").asText().equals(stage))
        .map(Map.Entry::getKey);
  }

  public static Stream<String> bad() throws IOException {
    return manifest().get("bad").properties().stream().map(Map.Entry::getKey);
  }
}
