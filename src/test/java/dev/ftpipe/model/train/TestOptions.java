package dev.ftpipe.model.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.model.sft.TrainOptions;

/** Options of a run: some over the defaults. */
final class TestOptions {
  private TestOptions() {}

  /** The defaults with the groups of each {@code json} over them. */
  static TrainOptions with(String... json) {
    try {
      ObjectNode options = TrainOptions.defaults();
      for (String one : json) {
        JsonNode given = Json.mapper().readTree(one);
        for (var group : given.properties()) {
          ((ObjectNode) options.get(group.getKey())).setAll((ObjectNode) group.getValue());
        }
      }
      return Json.mapper().treeToValue(options, TrainOptions.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(String.join(" ", json), e);
    }
  }
}
