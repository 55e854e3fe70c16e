package dev.ftpipe.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Catalog;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads the metrics of a project. */
public final class Metrics {
  /** The file of a DVCLive folder that holds the latest values. */
  private static final String SUMMARY = "/metrics.json";

  private static final List<String> ENDS = List.of(".json", ".yaml", ".yml", ".toml");

  private Metrics() {}

  /**
   * The metrics by file, sorted; a file that is not there is left out.
   *
   * @param targets files or folders; everything that the pipeline calls metrics when empty
   * @param problems what is wrong with the files
   */
  public static Map<String, JsonNode> read(
      Snapshot snapshot, List<String> targets, Problems problems) {
    Set<String> paths = new LinkedHashSet<>(targets);
    if (paths.isEmpty()) {
      snapshot.graph().catalog().metrics().stream()
          .map(Catalog.MetricsFile::path)
          .forEach(paths::add);
    }
    Map<String, JsonNode> metrics = new TreeMap<>();
    for (String path : paths) {
      List<String> inside = snapshot.files(path);
      for (String file : inside.isEmpty() ? List.of(path) : ofFolder(path, inside)) {
        snapshot
            .read(file)
            .flatMap(bytes -> ValueFile.parse(file, bytes, problems))
            .flatMap(Metrics::values)
            .ifPresent(values -> metrics.put(file, values));
      }
    }
    return metrics;
  }

  private static List<String> ofFolder(String folder, List<String> files) {
    if (files.contains(folder + SUMMARY)) {
      return List.of(folder + SUMMARY);
    }
    List<String> readable = new ArrayList<>();
    for (String file : files) {
      if (ENDS.stream().anyMatch(file::endsWith)) {
        readable.add(file);
      }
    }
    return readable;
  }

  /** Numbers and texts, also inside mappings; lists and nulls are no metrics, as in DVC. */
  private static Optional<JsonNode> values(JsonNode node) {
    if (!(node instanceof ObjectNode mapping)) {
      return node.isValueNode() && !node.isNull() ? Optional.of(node) : Optional.empty();
    }
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    for (var member : mapping.properties()) {
      values(member.getValue())
          .filter(value -> !(value.isObject() && value.isEmpty()))
          .ifPresent(value -> kept.set(member.getKey(), value));
    }
    return Optional.of(kept);
  }
}
