package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Nearest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A mapping with known keys, read one by one. A value of the wrong type becomes a problem and then
 * counts as not given, so that reading goes on and finds the rest.
 */
public final class Section {
  private final Located located;
  private final Problems problems;

  private Section(Located located, Problems problems) {
    this.located = located;
    this.problems = problems;
  }

  /** A section of {@code located}; empty after adding a problem when that is no mapping. */
  public static Optional<Section> of(Located located, String what, Problems problems) {
    if (!located.node().isObject()) {
      problems.add(
          located.place(), what + " has to be a mapping; found " + describe(located.node()));
      return Optional.empty();
    }
    return Optional.of(new Section(located, problems));
  }

  /** Adds a problem for every key that is not one of {@code known}. */
  public Section allowOnly(Set<String> known) {
    for (Map.Entry<String, JsonNode> entry : located.node().properties()) {
      if (!known.contains(entry.getKey())) {
        problems.add(located.place().member(entry.getKey()).key(), unknown(entry.getKey(), known));
      }
    }
    return this;
  }

  private static String unknown(String key, Set<String> known) {
    return "unknown key '"
        + key
        + "'"
        + Nearest.hint(key, known, "; known: " + String.join(", ", new TreeSet<>(known)));
  }

  public Place place() {
    return located.place();
  }

  public boolean has(String key) {
    return located.node().has(key);
  }

  public Optional<Located> get(String key) {
    return located.member(key);
  }

  /** Keys with their values, in the order of the file. */
  public Map<String, Located> members() {
    return located.members();
  }

  public Optional<String> text(String key) {
    JsonNode value = located.node().get(key);
    if (value == null || !value.isTextual()) {
      reportUnless(value == null, key, "a text");
      return Optional.empty();
    }
    return Optional.of(value.textValue());
  }

  public boolean flag(String key, boolean fallback) {
    JsonNode value = located.node().get(key);
    if (value == null || !value.isBoolean()) {
      reportUnless(value == null, key, "true or false");
      return fallback;
    }
    return value.booleanValue();
  }

  /** A whole number of 0 to 2,147,483,647. */
  public Optional<Integer> count(String key) {
    JsonNode value = located.node().get(key);
    if (value == null || !isCount(value)) {
      reportUnless(value == null, key, "a whole number, 0 or more");
      return Optional.empty();
    }
    return Optional.of(value.intValue());
  }

  private static boolean isCount(JsonNode node) {
    return node.isInt() && node.intValue() >= 0;
  }

  /** The elements of a list; none when it is not given. */
  public List<Located> list(String key) {
    JsonNode value = located.node().get(key);
    if (value == null || !value.isArray()) {
      reportUnless(value == null, key, "a list");
      return List.of();
    }
    return new Located(value, located.place().member(key)).items();
  }

  public Optional<Section> section(String key) {
    JsonNode value = located.node().get(key);
    return value == null
        ? Optional.empty()
        : of(new Located(value, located.place().member(key)), "'" + key + "'", problems);
  }

  /** Lambdas and streams are kept off the way of a good stage: they cost a cold start. */
  private void reportUnless(boolean absent, String key, String expected) {
    if (!absent) {
      Located value = get(key).orElseThrow();
      problems.add(
          value.place(),
          "'" + key + "' has to be " + expected + "; found " + describe(value.node()));
    }
  }

  /** A value in a few words, for a message. */
  public static String describe(JsonNode node) {
    return switch (node.getNodeType()) {
      case NULL, MISSING -> "nothing";
      case OBJECT, POJO -> "a mapping";
      case ARRAY -> "a list";
      case STRING -> "the text '" + brief(node.textValue()) + "'";
      case BOOLEAN -> node.asText();
      case NUMBER, BINARY -> "the number " + brief(node.asText());
    };
  }

  private static String brief(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
