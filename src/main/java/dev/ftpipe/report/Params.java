package dev.ftpipe.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Catalog;
import dev.ftpipe.dag.Param;
import dev.ftpipe.dag.Stage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the params of a project: values by file, sorted. */
public final class Params {
  private Params() {}

  /** Everything in these files; a file that is not there is left out. */
  public static Map<String, JsonNode> ofFiles(
      Snapshot snapshot, List<String> files, Problems problems) {
    Map<String, JsonNode> params = new TreeMap<>();
    for (String path : files) {
      snapshot.params(path, problems).ifPresent(values -> params.put(path, values));
    }
    return params;
  }

  /** All that the pipeline names, and {@code params.yaml}. */
  public static Map<String, JsonNode> all(Snapshot snapshot, Problems problems) {
    Map<String, JsonNode> params = new TreeMap<>();
    for (Catalog.ParamsFile file : snapshot.graph().catalog().params()) {
      snapshot
          .params(file.path(), problems)
          .map(values -> file.names().isEmpty() ? values : chosen(values, file.names()))
          .ifPresent(values -> params.put(file.path(), values));
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

  /** Those that shell stages declare to depend on. */
  public static Map<String, JsonNode> declared(Snapshot snapshot) {
    Map<String, JsonNode> params = new TreeMap<>();
    for (Stage stage : snapshot.graph().stages()) {
      for (Param param : stage.params()) {
        JsonNode file =
            params.computeIfAbsent(param.file(), path -> JsonNodeFactory.instance.objectNode());
        if (param.name().isEmpty()) {
          params.put(param.file(), param.value());
        } else if (file instanceof ObjectNode values) {
          values.set(param.name(), param.value());
        }
      }
    }
    return params;
  }
}
