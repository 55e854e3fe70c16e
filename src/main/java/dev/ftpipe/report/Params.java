package dev.ftpipe.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Catalog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the params of a project. */
public final class Params {
  private Params() {}

  /** Which params. */
  public enum Reach {
    /** Those that stages declare, and every params file that is named whole. */
    SHOWN,
    /** Those that a stage declares to depend on. */
    DEPENDENCIES
  }

  /**
   * The params by file, sorted; a file that is not there is left out.
   *
   * @param targets files; everything that the pipeline reads params from when empty
   * @param problems what is wrong with the files
   */
  public static Map<String, JsonNode> read(
      Snapshot snapshot, List<String> targets, Reach reach, Problems problems) {
    Map<String, JsonNode> params = new TreeMap<>();
    for (String path : targets) {
      snapshot.params(path, problems).ifPresent(values -> params.put(path, values));
    }
    if (targets.isEmpty()) {
      for (Catalog.ParamsFile file : snapshot.catalog().params()) {
        snapshot
            .params(file.path(), problems)
            .map(values -> file.names().isEmpty() ? values : chosen(values, file.names()))
            .ifPresent(values -> params.put(file.path(), values));
      }
    }
    return params;
  }

  private static JsonNode chosen(JsonNode values, List<String> names) {
    ObjectNode chosen = JsonNodeFactory.instance.objectNode();
    for (String name : names) {
      at(values, name).ifPresent(value -> chosen.set(name, value));
    }
    return chosen;
  }

  private static Optional<JsonNode> at(JsonNode values, String name) {
    JsonNode at = values;
    for (String step : name.split("\\.", -1)) {
      at = at.path(step);
    }
    return at.isMissingNode() ? Optional.empty() : Optional.of(at);
  }
}
