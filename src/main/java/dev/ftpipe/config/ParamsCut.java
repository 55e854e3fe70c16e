package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A params file cut down to some of its values, for a reader that is to see no others. A YAML file
 * keeps its own spelling ({@code yes}, {@code 2e-4}), which readers of older YAML take for
 * something else than a newer one does. An item of a list keeps its index: the others are null; in
 * TOML, which has no null, such a file stays whole. So does Python, which is a program.
 */
public final class ParamsCut {
  private ParamsCut() {}

  /**
   * The text of the smaller file.
   *
   * @param file its name, for the format
   * @param text the whole file's; not looked at where {@code values} say something else
   * @param values dotted name to value, of the file itself or put over it by the command line
   */
  public static String of(String file, String text, Map<String, JsonNode> values) {
    return switch (ParamsFormat.of(file)) {
      case YAML ->
          YamlCut.of(text, values.keySet())
              .filter(cut -> holds(cut, values))
              .orElseGet(() -> yaml(nested(values)));
      case JSON -> Json.canonical(nested(values)) + "\n";
      case TOML -> ParamsFormat.toml(nested(values)).orElse(text);
      case PYTHON -> text;
    };
  }

  /**
   * The text of a file that says all of {@code value}: its own where it does so already, and a new
   * one where the command line put other values over it.
   *
   * @param file its name, for the format
   */
  public static String whole(String file, String text, JsonNode value) {
    if (read(file, text).filter(value::equals).isPresent()) {
      return text;
    }
    return switch (ParamsFormat.of(file)) {
      case YAML -> yaml(value);
      case JSON -> Json.canonical(value) + "\n";
      case TOML -> ParamsFormat.toml(value).orElse(text);
      case PYTHON -> text;
    };
  }

  private static String yaml(JsonNode mapping) {
    ValueText values = new ValueText(ParamsFormat.YAML);
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, JsonNode> member : mapping.properties()) {
      text.append(values.key(member.getKey()))
          .append(values.separator())
          .append(values.of(member.getValue(), ""))
          .append('\n');
    }
    return text.isEmpty() ? "{}\n" : text.toString();
  }

  /** The dotted names of the mappings' values that the whole text has and the cut one has not. */
  public static List<String> missing(String file, String whole, String cut) {
    List<String> names = new ArrayList<>();
    read(file, whole).ifPresent(values -> addMissing("", values, read(file, cut), names));
    return names;
  }

  private static Optional<JsonNode> read(String file, String text) {
    return ParamsFormat.of(file).parse(text, file, new Problems()).map(Located::node);
  }

  private static void addMissing(
      String prefix, JsonNode whole, Optional<JsonNode> cut, List<String> names) {
    for (Map.Entry<String, JsonNode> member : whole.properties()) {
      Optional<JsonNode> kept = cut.flatMap(node -> Optional.ofNullable(node.get(member.getKey())));
      if (kept.isEmpty()) {
        names.add(prefix + member.getKey());
      }
      addMissing(prefix + member.getKey() + ".", member.getValue(), kept, names);
    }
  }

  private static boolean holds(String text, Map<String, JsonNode> values) {
    Problems problems = new Problems();
    Optional<Variables> found = Yaml.parse(text, "params", problems).map(Variables::new);
    return found.isPresent()
        && values.entrySet().stream()
            .allMatch(
                value ->
                    found
                        .get()
                        .named(value.getKey(), problem -> {})
                        .equals(Optional.of(value.getValue())));
  }

  private static ObjectNode nested(Map<String, JsonNode> values) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    values.forEach(
        (name, value) -> {
          List<String> steps = steps(name);
          ContainerNode<?> at = root;
          for (int i = 0; i < steps.size() - 1; i++) {
            at = into(at, steps.get(i), isIndex(steps.get(i + 1)));
          }
          set(at, steps.get(steps.size() - 1), value);
        });
    return root;
  }

  static List<String> steps(String name) {
    return Expression.parse(name)
        .map(Expression::steps)
        .orElseThrow(() -> new IllegalArgumentException("no name of a param: " + name));
  }

  private static boolean isIndex(String step) {
    return step.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static ContainerNode<?> into(ContainerNode<?> at, String step, boolean list) {
    JsonNode there = at instanceof ArrayNode array ? array.path(index(step)) : at.path(step);
    if (there instanceof ContainerNode<?> container) {
      return container;
    }
    ContainerNode<?> made =
        list ? JsonNodeFactory.instance.arrayNode() : JsonNodeFactory.instance.objectNode();
    set(at, step, made);
    return made;
  }

  private static void set(ContainerNode<?> at, String step, JsonNode value) {
    if (at instanceof ObjectNode object) {
      object.set(step, value);
    } else if (at instanceof ArrayNode array) {
      while (array.size() <= index(step)) {
        array.addNull();
      }
      array.set(index(step), value);
    }
  }

  private static int index(String step) {
    return Integer.parseInt(step);
  }
}
