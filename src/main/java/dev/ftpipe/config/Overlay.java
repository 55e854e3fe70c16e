package dev.ftpipe.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts mappings over mappings, places included. */
final class Overlay {
  /** What happens to a value that both have, where not both are mappings. */
  enum Same {
    REPLACED,
    REFUSED
  }

  private final Same same;
  private final Problems problems;

  Overlay(Same same, Problems problems) {
    this.same = same;
    this.problems = problems;
  }

  /** {@code over} on top of {@code base}; both are mappings. */
  Located merge(Located base, Located over) {
    return merge("", base, over);
  }

  private Located merge(String prefix, Located base, Located over) {
    Map<String, Located> merged = base.members();
    over.members()
        .forEach(
            (key, value) -> {
              String name = prefix + key;
              Located old = merged.get(key);
              if (old == null) {
                merged.put(key, value);
              } else if (old.node().isObject() && value.node().isObject()) {
                merged.put(key, merge(name + ".", old, value));
              } else if (same == Same.REPLACED) {
                merged.put(key, value);
              } else {
                problems.add(
                    value.place().key(),
                    "'" + name + "' is defined at " + old.place().key() + " already");
              }
            });
    return Located.mapping(base.place(), merged);
  }

  /** {@code root} with another value where {@code steps} lead; empty when they lead nowhere. */
  static Optional<Located> replace(Located root, List<String> steps, Located value) {
    if (steps.isEmpty()) {
      return Optional.of(value);
    }
    List<String> rest = steps.subList(1, steps.size());
    Optional<Located> part =
        Expression.step(root, steps.get(0)).flatMap(found -> replace(found, rest, value));
    if (part.isEmpty()) {
      return Optional.empty();
    }
    if (root.node().isArray()) {
      List<Located> items = new ArrayList<>(root.items());
      items.set(Expression.index(steps.get(0), root.node()).orElseThrow(), part.get());
      return Optional.of(list(root.place(), items));
    }
    Map<String, Located> members = root.members();
    members.put(steps.get(0), part.get());
    return Optional.of(Located.mapping(root.place(), members));
  }

  private static Located list(Place at, List<Located> items) {
    ArrayNode node = JsonNodeFactory.instance.arrayNode();
    items.forEach(item -> node.add(item.node()));
    return new Located(node, at.holding(Map.of(), items.stream().map(Located::place).toList()));
  }
}
