package dev.ftpipe.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.stage.Port;
import dev.ftpipe.stage.StageKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON Schema of {@code pipeline.yaml}. What the built-ins take is added from their own
 * declarations, so that it cannot be another than what they do take. A value may always be a
 * template; which names there are is checked, their values are not.
 */
final class PipelineSchema {
  private PipelineSchema() {}

  /** The schema with these built-ins. */
  static ObjectNode of(Map<String, StageKind<?>> kinds) {
    ObjectNode schema = read("pipeline");
    ObjectNode common = (ObjectNode) schema.at("/$defs/common");
    ((ObjectNode) schema.get("$defs")).remove("common");
    for (String sort : List.of("shell", "call")) {
      ((ObjectNode) schema.at("/$defs/" + sort + "/properties")).setAll(common);
    }
    ObjectNode call = (ObjectNode) schema.at("/$defs/call");
    ArrayNode names = ((ObjectNode) call.at("/properties/uses")).putArray("enum");
    ArrayNode each = call.putArray("allOf");
    new TreeMap<>(kinds)
        .forEach(
            (name, kind) -> {
              names.add(name);
              each.add(kind(name, kind));
            });
    return schema;
  }

  /** A schema as it stands in the jar: {@code pipeline}, {@code params}, {@code task}. */
  static ObjectNode read(String name) {
    String resource = "/dev/ftpipe/cli/schema/" + name + ".json";
    try (InputStream in = PipelineSchema.class.getResourceAsStream(resource)) {
      return (ObjectNode)
          Json.mapper().readTree(requireNonNull(in, "resource is missing: " + resource));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode kind(String name, StageKind<?> kind) {
    ObjectNode rule = Json.mapper().createObjectNode();
    rule.putObject("if").putObject("properties").putObject("uses").put("const", name);
    ObjectNode then = rule.putObject("then");
    ObjectNode properties = then.putObject("properties");
    ArrayNode required = Json.mapper().createArrayNode();
    ports(kind.inputs(), "in", properties, required);
    ports(kind.outputs(), "out", properties, required);
    ObjectNode with = properties.putObject("with");
    ObjectNode known = with.putObject("properties");
    for (RecordComponent component : kind.parametersType().getRecordComponents()) {
      String parameter = snake(component.getName());
      known.set(parameter, group(kind.defaults().path(parameter)));
    }
    with.put("additionalProperties", false);
    if (!required.isEmpty()) {
      then.set("required", required);
    }
    return rule;
  }

  private static void ports(
      List<Port> ports, String key, ObjectNode properties, ArrayNode requiredKeys) {
    ObjectNode schema = properties.putObject(key);
    ObjectNode known = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    boolean anyName = false;
    for (Port port : ports) {
      if (port.name().equals(Port.ANY_NAME)) {
        anyName = true;
      } else {
        known.put(port.name(), true);
      }
      if (port.required()) {
        required.add(port.name());
      }
    }
    if (!required.isEmpty()) {
      requiredKeys.add(key);
    }
    schema.put("additionalProperties", anyName);
  }

  /** A group of parameters by the names in its defaults; any value for a single parameter. */
  private static JsonNode group(JsonNode defaults) {
    ObjectNode schema = Json.mapper().createObjectNode();
    if (defaults.isObject() && !defaults.isEmpty()) {
      ArrayNode types = schema.putArray("type");
      Arrays.asList("object", "string").forEach(types::add);
      ObjectNode known = schema.putObject("properties");
      defaults.properties().forEach(each -> known.set(each.getKey(), group(each.getValue())));
      schema.put("additionalProperties", false);
    }
    return schema;
  }

  private static String snake(String name) {
    return name.replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
  }
}
