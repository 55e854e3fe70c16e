package dev.ftpipe.stage;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.base.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Binds {@code with} to the record of a stage kind: the given values over the defaults, by Jackson.
 *
 * @param value the bound record
 * @param resolved every parameter with its value, as it goes into the stage's key
 */
public record Parameters<P>(P value, ObjectNode resolved) {
  /**
   * A parameter that is unknown, missing or of another type.
   *
   * @param at points into {@code with}
   * @param ofName whether the name is what is wrong, not the value
   */
  public record Problem(JsonPointer at, boolean ofName, String message) {}

  /** The bound record, or what is wrong; exactly one of the two is filled. */
  public record Outcome<P>(Optional<Parameters<P>> bound, List<Problem> problems) {}

  /** Binds {@code with}, what the pipeline gives, over the defaults of {@code kind}. */
  public static <P> Outcome<P> bind(StageKind<P> kind, ObjectNode with) {
    List<Problem> problems = new ArrayList<>();
    ObjectNode known = kind.defaults();
    Set<String> names = new LinkedHashSet<>(componentNames(kind.parametersType()));
    unknown(with, known, names, JsonPointer.empty(), problems);
    if (!problems.isEmpty()) {
      return new Outcome<>(Optional.empty(), problems);
    }
    ObjectNode resolved = known.deepCopy();
    overlay(resolved, with);
    try {
      P value = Json.mapper().treeToValue(resolved, kind.parametersType());
      return new Outcome<>(Optional.of(new Parameters<>(value, resolved)), List.of());
    } catch (JsonProcessingException e) {
      return new Outcome<>(Optional.empty(), List.of(problem(kind.name(), resolved, e)));
    }
  }

  /** Names that neither the record nor the defaults know, at every level that has fixed names. */
  private static void unknown(
      ObjectNode given, ObjectNode known, Set<String> names, JsonPointer at, List<Problem> out) {
    for (var entry : given.properties()) {
      JsonPointer here = at.appendProperty(entry.getKey());
      if (!names.contains(entry.getKey())) {
        out.add(
            new Problem(
                here,
                true,
                "unknown parameter '" + entry.getKey() + "'" + hint(entry.getKey(), names)));
      } else if (entry.getValue() instanceof ObjectNode group
          && known.get(entry.getKey()) instanceof ObjectNode knownGroup
          && !knownGroup.isEmpty()) {
        Set<String> members = new LinkedHashSet<>();
        knownGroup.fieldNames().forEachRemaining(members::add);
        unknown(group, knownGroup, members, here, out);
      }
    }
  }

  private static String hint(String name, Set<String> known) {
    return Nearest.hint(name, known, "; known: " + String.join(", ", known));
  }

  private static Set<String> componentNames(Class<?> type) {
    Set<String> names = new LinkedHashSet<>();
    Json.mapper()
        .getDeserializationConfig()
        .introspect(Json.mapper().constructType(type))
        .findProperties()
        .forEach(property -> names.add(property.getName()));
    return names;
  }

  private static void overlay(ObjectNode base, ObjectNode given) {
    for (var entry : given.properties()) {
      if (base.get(entry.getKey()) instanceof ObjectNode group
          && entry.getValue() instanceof ObjectNode givenGroup) {
        overlay(group, givenGroup);
      } else {
        base.set(entry.getKey(), entry.getValue());
      }
    }
  }

  private static Problem problem(String kind, ObjectNode given, JsonProcessingException e) {
    JsonPointer at = JsonPointer.empty();
    if (e instanceof JsonMappingException mapping) {
      for (JsonMappingException.Reference reference : mapping.getPath()) {
        at =
            reference.getFieldName() != null
                ? at.appendProperty(reference.getFieldName())
                : at.appendIndex(reference.getIndex());
      }
    }
    String name = at.matches() ? "with" : "'" + at.toString().substring(1).replace('/', '.') + "'";
    return new Problem(at, false, name + " of " + kind + ": " + reason(e, given.at(at)));
  }

  private static String reason(JsonProcessingException e, JsonNode found) {
    if (e.getOriginalMessage().startsWith("Missing required creator property")
        || e.getOriginalMessage().startsWith("Null value for creator property")) {
      return "missing; it has no default";
    }
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return "not " + expected(mismatch.getTargetType()) + ": " + brief(found);
    }
    // A record's own check: IllegalArgumentException from its constructor.
    Throwable cause = e.getCause();
    String message = cause == null ? null : cause.getMessage();
    return message == null ? e.getOriginalMessage() : message;
  }

  private static String brief(JsonNode found) {
    String text = found.isTextual() ? found.textValue() : found.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private static String expected(Class<?> type) {
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type.isEnum()) {
      return "one of "
          + String.join(
              ", ",
              java.util.Arrays.stream(type.getEnumConstants())
                  .map(constant -> Json.mapper().valueToTree(constant).asText())
                  .toList());
    }
    return java.util.Collection.class.isAssignableFrom(type) ? "a list" : "a mapping";
  }

  /** The given node as an object, for {@link StageKind#defaults}. */
  public static ObjectNode defaults(String json) {
    try {
      JsonNode node = Json.mapper().readTree(json);
      return (ObjectNode) node;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("defaults are not JSON: " + json, e);
    }
  }
}
