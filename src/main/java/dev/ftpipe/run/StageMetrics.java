package dev.ftpipe.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers that a stage has left in its metrics files. */
final class StageMetrics {
  private static final long LARGEST = 1 << 20;

  private StageMetrics() {}

  /** Path to what its file holds; without those that are no JSON, and too large ones. */
  static Map<String, JsonNode> of(Stage stage, Project project) throws IOException {
    Map<String, JsonNode> metrics = new LinkedHashMap<>();
    for (Output output : stage.outs()) {
      if (output.role() != Output.Role.METRIC) {
        continue;
      }
      Path file = project.workTree().resolve(output.path());
      if (Files.isDirectory(file)) {
        file = file.resolve("metrics.json");
      }
      if (Files.isRegularFile(file)
          && file.toString().endsWith(".json")
          && Files.size(file) <= LARGEST) {
        try {
          metrics.put(output.path(), Json.mapper().readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException e) {
          project.note("metrics file " + output.path() + " is not JSON: " + e.getOriginalMessage());
        }
      }
    }
    return metrics;
  }
}
