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

  /**
   * {@code root} with another value where {@code steps} lead, a mapping over a mapping being
   * merged; empty when they lead nowhere.
   */
  Optional<Located> replace(Located root, List<String> steps, Located value) {
    if (steps.isEmpty()) {
      boolean both = root.node().isObject() && value.node().isObject();
      return Optional.of(both ? merge(root, value) : value);
    }
    return Expression.step(root, steps.get(0))
        .flatMap(found -> replace(found, steps.subList(1, steps.size()), value))
        .map(part -> with(root, steps.get(0), part));
  }

  /** As {@link #replace}, and what lacks on the way is made; empty when a value is in the way. */
  Optional<Located> put(Located root, List<String> steps, Located value) {
    if (steps.isEmpty()) {
      return replace(root, steps, value);
    }
    Optional<Located> found = Expression.step(root, steps.get(0));
    boolean open = root.node().isObject() || root.node().isNull();
    if (found.isEmpty() && !open) {
      return Optional.empty();
    }
    Located empty = new Located(JsonNodeFactory.instance.nullNode(), value.place());
    return put(found.orElse(empty), steps.subList(1, steps.size()), value)
        .map(part -> with(root, steps.get(0), part));
  }

  /** {@code root} without the key that {@code steps} lead to; empty when they lead nowhere. */
  static Optional<Located> without(Located root, List<String> steps) {
    Optional<Located> found = Expression.step(root, steps.get(0));
    if (steps.size() > 1) {
      return found
          .flatMap(part -> without(part, steps.subList(1, steps.size())))
          .map(part -> with(root, steps.get(0), part));
    }
    if (found.isEmpty() || !root.node().isObject()) {
      return Optional.empty();
    }
    Map<String, Located> members = root.members();
    members.remove(steps.get(0));
    return Optional.of(Located.mapping(root.place(), members));
  }

  private static Located with(Located root, String step, Located part) {
    if (root.node().isArray()) {
      List<Located> items = new ArrayList<>(root.items());
      items.set(Expression.index(step, root.node()).orElseThrow(), part);
      return list(root.place(), items);
    }
    Map<String, Located> members = root.members();
    members.put(step, part);
    return Located.mapping(root.place(), members);
  }

  private static Located list(Place at, List<Located> items) {
    ArrayNode node = JsonNodeFactory.instance.arrayNode();
    items.forEach(item -> node.add(item.node()));
    return new Located(node, at.holding(Map.of(), items.stream().map(Located::place).toList()));
  }
}
