package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What {@code ${…}} can name. Immutable. */
public final class Variables {
  /** A variable, or why there is none; exactly one of the two is filled. */
  record Found(Optional<Located> value, String problem) {}

  private final Located global;
  private final Map<String, Located> local;

  /**
   * Variables of a whole pipeline.
   *
   * @param global a mapping
   */
  public Variables(Located global) {
    this(global, Map.of());
  }

  private Variables(Located global, Map<String, Located> local) {
    this.global = global;
    this.local = local;
  }

  /** These variables and some that hide those of the same name: {@code item}, {@code key}. */
  public Variables with(Map<String, Located> hiding) {
    return new Variables(global, hiding);
  }

  /** Whether what hides the variables of the pipeline has the same values in both. */
  public boolean sameAs(Variables other) {
    return values(local).equals(values(other.local));
  }

  private static Map<String, JsonNode> values(Map<String, Located> variables) {
    Map<String, JsonNode> values = new HashMap<>();
    variables.forEach((name, value) -> values.put(name, value.node()));
    return values;
  }

  /** These variables and those of a stage's own {@code vars}. */
  Variables withGlobal(Located other) {
    return new Variables(other, local);
  }

  /** The names that hide those of the pipeline. */
  Set<String> hiding() {
    return local.keySet();
  }

  Located global() {
    return global;
  }

  /** The value of a name such as {@code a.b[0]}, or empty after telling why there is none. */
  public Optional<JsonNode> named(String name, Consumer<String> problem) {
    Found found = find(name);
    if (found.value().isEmpty()) {
      problem.accept(found.problem());
    }
    return found.value().map(Located::node);
  }

  Found find(String name) {
    Optional<Expression> expression = Expression.parse(name);
    if (expression.isEmpty()) {
      return new Found(
          Optional.empty(), "'" + name + "' is no name of a variable, as in ${a.b[0]}");
    }
    List<String> steps = expression.get().steps();
    Optional<Located> value = Optional.ofNullable(local.get(steps.get(0)));
    value = value.isPresent() ? value : global.member(steps.get(0));
    if (value.isEmpty()) {
      List<String> known = new ArrayList<>(local.keySet());
      global.node().fieldNames().forEachRemaining(known::add);
      return new Found(
          Optional.empty(),
          "there is no variable '" + steps.get(0) + "'" + Nearest.hint(steps.get(0), known));
    }
    for (int i = 1; i < steps.size(); i++) {
      Optional<Located> next = Expression.step(value.get(), steps.get(i));
      if (next.isEmpty()) {
        return new Found(Optional.empty(), missing(value.get(), expression.get(), i));
      }
      value = next;
    }
    return new Found(value, "");
  }

  private static String missing(Located parent, Expression expression, int step) {
    String wanted = expression.steps().get(step);
    String of = "'" + expression.prefix(step) + "' (" + parent.place().at() + ")";
    if (parent.node().isArray()) {
      return "there is no item " + wanted + " in " + of + ", which has " + parent.node().size();
    }
    if (!parent.node().isObject()) {
      return of + " is " + Section.describe(parent.node()) + ", which has no part '" + wanted + "'";
    }
    List<String> known = new ArrayList<>();
    parent.node().fieldNames().forEachRemaining(known::add);
    return "there is no '" + wanted + "' in " + of + Nearest.hint(wanted, known);
  }
}
