package dev.ftpipe.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One value, before and after.
 *
 * @param path of the file
 * @param name dotted; empty where the file holds one value only
 */
public record Difference(
    String path, String name, Optional<JsonNode> before, Optional<JsonNode> after) {
  /** Every value of two revisions, by file and name; only those that differ, or all. */
  public static List<Difference> between(
      Map<String, JsonNode> before, Map<String, JsonNode> after, boolean all) {
    List<Difference> differences = new ArrayList<>();
    for (String path : both(before.keySet(), after.keySet())) {
      Map<String, JsonNode> old = flat(before, path);
      Map<String, JsonNode> now = flat(after, path);
      for (String name : both(old.keySet(), now.keySet())) {
        Difference each =
            new Difference(
                path, name, Optional.ofNullable(old.get(name)), Optional.ofNullable(now.get(name)));
        if (all || !each.isSame()) {
          differences.add(each);
        }
      }
    }
    return differences;
  }

  private static Map<String, JsonNode> flat(Map<String, JsonNode> files, String path) {
    return Optional.ofNullable(files.get(path)).map(Values::flat).orElse(Map.of());
  }

  private static Set<String> both(Set<String> one, Set<String> other) {
    Set<String> both = new TreeSet<>(one);
    both.addAll(other);
    return both;
  }

  private boolean isSame() {
    if (before.isPresent() && after.isPresent() && numbers()) {
      // 1 and 1.0 are one number, however the file writes it.
      return before.get().doubleValue() == after.get().doubleValue();
    }
    return before.equals(after);
  }

  private boolean numbers() {
    return before.filter(JsonNode::isNumber).isPresent()
        && after.filter(JsonNode::isNumber).isPresent();
  }

  /** New minus old; empty where one of them is no number. */
  public Optional<JsonNode> change() {
    if (!numbers()) {
      return Optional.empty();
    }
    JsonNode old = before.orElseThrow();
    JsonNode now = after.orElseThrow();
    return Optional.of(
        old.isIntegralNumber() && now.isIntegralNumber()
            ? JsonNodeFactory.instance.numberNode(
                now.bigIntegerValue().subtract(old.bigIntegerValue()))
            : JsonNodeFactory.instance.numberNode(now.doubleValue() - old.doubleValue()));
  }
}
