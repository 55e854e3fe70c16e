package dev.ftpipe.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ftpipe.base.Json;
import dev.ftpipe.base.Location;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamsFormat;
import dev.ftpipe.config.Problems;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads a file of values by the end of its name: JSON, TOML, else YAML. */
final class ValueFile {
  // Python writes a loss that diverged as NaN or Infinity, which is no JSON.
  private static final ObjectReader JSON =
      Json.mapper().readerFor(JsonNode.class).with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);

  private ValueFile() {}

  /** The values; empty, with what is wrong in {@code problems}, when the file holds none. */
  static Optional<JsonNode> parse(String path, byte[] bytes, Problems problems) {
    if (!path.endsWith(".json")) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      return ParamsFormat.of(path).parse(text, path, problems).map(Located::node);
    }
    try {
      JsonNode node = JSON.readTree(bytes);
      return Optional.of(node.isMissingNode() ? JsonNodeFactory.instance.nullNode() : node);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      int column = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getColumnNr());
      problems.add(new Location(path, line, column), "not JSON: " + e.getOriginalMessage());
    } catch (java.io.IOException e) {
      problems.add(new Location(path, 1, 1), "not JSON: " + e.getMessage());
    }
    return Optional.empty();
  }
}
