package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts variables for {@code ${name}}, by the rules of DVC. A text that is nothing but one {@code
 * ${name}} becomes the variable's value and keeps its type; elsewhere the value is rendered as
 * text. A backslash before it leaves it as it is.
 */
public final class Template {
  /** What a mapping inside a text becomes. */
  public enum Mappings {
    /** A mistake. */
    REFUSED,
    /** Command-line flags: {@code --key value}. */
    AS_FLAGS
  }

  private static final String OPEN = "${";

  /** A {@code ${name}} in a text: from its first to behind its last character. */
  private record Match(int start, int end, String name) {}

  private final Variables variables;
  private final Mappings mappings;
  private final FlagStyle style;
  private final Problems problems;

  public Template(Variables variables, Mappings mappings, Problems problems) {
    this(variables, mappings, FlagStyle.PLAIN, problems);
  }

  private Template(Variables variables, Mappings mappings, FlagStyle style, Problems problems) {
    this.variables = variables;
    this.mappings = mappings;
    this.style = style;
    this.problems = problems;
  }

  /** A template of a command, in which mappings become flags. */
  public static Template ofCommand(Variables variables, FlagStyle style, Problems problems) {
    return new Template(variables, Mappings.AS_FLAGS, style, problems);
  }

  /**
   * The value with every variable put in, keys included. A variable that does not exist is added to
   * the problems, and its text left as it is.
   */
  public Located resolve(Located value) {
    return isTemplate(value.node()) ? resolveTemplate(value) : value;
  }

  /** A value that is no list and no mapping as it is rendered inside a text. */
  public static String text(JsonNode scalar) {
    return PythonText.of(scalar);
  }

  /** Whether a value holds a dollar sign and a brace anywhere, escaped or not. */
  public static boolean isTemplate(JsonNode node) {
    if (node.isTextual()) {
      return node.textValue().contains(OPEN);
    }
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (entry.getKey().contains(OPEN) || isTemplate(entry.getValue())) {
          return true;
        }
      }
      return false;
    }
    for (JsonNode item : node) {
      if (isTemplate(item)) {
        return true;
      }
    }
    return false;
  }

  private Located resolveTemplate(Located value) {
    JsonNode node = value.node();
    if (node.isObject()) {
      return mapping(value);
    }
    if (node.isArray()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      List<Place> places = new ArrayList<>();
      for (Located item : value.items()) {
        Located resolved = resolve(item);
        list.add(resolved.node());
        places.add(resolved.place());
      }
      return new Located(list, value.place().holding(Map.of(), places));
    }
    return text(value);
  }

  private Located mapping(Located value) {
    ObjectNode mapping = JsonNodeFactory.instance.objectNode();
    Map<String, Place> places = new LinkedHashMap<>();
    value
        .members()
        .forEach(
            (key, member) -> {
              String name = key.contains(OPEN) ? key(key, member.place()) : key;
              if (mapping.has(name)) {
                problems.add(member.place().key(), "key '" + name + "' is here twice");
              }
              Located resolved = resolve(member);
              mapping.set(name, resolved.node());
              places.put(name, resolved.place());
            });
    return new Located(mapping, value.place().holding(places, List.of()));
  }

  private String key(String key, Place place) {
    Place atKey = Place.of(place.key());
    Located resolved = text(new Located(new TextNode(key), atKey));
    if (resolved.node().isContainerNode()) {
      problems.add(atKey, "the key '" + key + "' has to be a text");
      return key;
    }
    return PythonText.of(resolved.node());
  }

  private Located text(Located value) {
    String text = value.node().textValue();
    List<Match> matches = matches(text);
    if (matches.size() == 1 && isWhole(matches.get(0), text)) {
      return find(matches.get(0), value.place())
          .map(found -> new Located(found.node(), value.place().takenFrom(found.place())))
          .orElse(value);
    }
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (Match match : matches) {
      Optional<Located> found = find(match, value.place());
      if (found.isEmpty()) {
        return value;
      }
      out.append(text, from, match.start()).append(rendered(match, found.get(), value.place()));
      from = match.end();
    }
    out.append(text, from, text.length());
    return new Located(new TextNode(out.toString().replace("\\${", OPEN)), value.place());
  }

  private static boolean isWhole(Match match, String text) {
    return match.start() == 0 && match.end() == text.length();
  }

  /** The variables in a text. A brace that is not closed on its line is left to the shell. */
  private static List<Match> matches(String text) {
    List<Match> matches = new ArrayList<>();
    int at = text.indexOf(OPEN);
    while (at >= 0) {
      int end = text.indexOf('}', at);
      int newline = text.indexOf('\n', at);
      boolean escaped = at > 0 && text.charAt(at - 1) == '\\';
      boolean closed = end >= 0 && (newline < 0 || end < newline);
      if (!escaped && closed) {
        matches.add(new Match(at, end + 1, text.substring(at + OPEN.length(), end)));
        at = text.indexOf(OPEN, end + 1);
      } else {
        at = text.indexOf(OPEN, at + 1);
      }
    }
    return matches;
  }

  private Optional<Located> find(Match match, Place site) {
    Variables.Found found = variables.find(match.name());
    if (found.value().isEmpty()) {
      String hint =
          mappings == Mappings.AS_FLAGS
              ? " (for a variable of the shell write \\${" + match.name() + "})"
              : "";
      problems.addUnknownValue(site, OPEN + match.name() + "}: " + found.problem() + hint);
    }
    return found.value();
  }

  private String rendered(Match match, Located value, Place site) {
    JsonNode node = value.node();
    if (!node.isContainerNode()) {
      return PythonText.of(node);
    }
    String what =
        OPEN
            + match.name()
            + "} is "
            + Section.describe(node)
            + " ("
            + value.place().at()
            + "), which cannot stand inside a text";
    if (node.isArray() || mappings == Mappings.REFUSED) {
      problems.addUnknownValue(site, what);
      return "";
    }
    try {
      return PythonText.flags(node, style);
    } catch (IllegalArgumentException e) {
      problems.addUnknownValue(site, OPEN + match.name() + "}: " + e.getMessage());
      return "";
    }
  }
}
