package dev.ftpipe.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.config.PythonText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Values of params and metrics files: by dotted name, and as text in a table. */
public final class Values {
  private static final String ABSENT = "-";

  private Values() {}

  /** The leaves of nested mappings by their dotted names, sorted; a list is a leaf. */
  public static Map<String, JsonNode> flat(JsonNode values) {
    Map<String, JsonNode> leaves = new TreeMap<>();
    add("", values, leaves);
    return leaves;
  }

  private static void add(String name, JsonNode value, Map<String, JsonNode> leaves) {
    if (value instanceof ObjectNode mapping) {
      for (var member : mapping.properties()) {
        add(
            name.isEmpty() ? member.getKey() : name + "." + member.getKey(),
            member.getValue(),
            leaves);
      }
    } else {
      leaves.put(name, value);
    }
  }

  /** A value as DVC shows it: as Python prints it, {@code -} for none. */
  public static String text(Optional<JsonNode> value) {
    return value.filter(each -> !each.isNull()).map(Values::text).orElse(ABSENT);
  }

  /** A value with at most so many digits after the point. */
  public static String text(Optional<JsonNode> value, OptionalInt precision) {
    if (precision.isPresent() && value.isPresent() && value.get().isFloatingPointNumber()) {
      return rounded(value.get().doubleValue(), precision.getAsInt());
    }
    return text(value);
  }

  /** A number with at most so many digits after the point; what is no number stays as it is. */
  static String rounded(double number, int precision) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return PythonText.of(number);
    }
    BigDecimal rounded = new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN);
    return PythonText.of(rounded.doubleValue());
  }

  private static String text(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> value.booleanValue() ? "True" : "False";
      case ARRAY -> {
        StringBuilder list = new StringBuilder();
        value.forEach(item -> list.append(list.isEmpty() ? "" : ", ").append(quoted(item)));
        yield "[" + list + "]";
      }
      case OBJECT -> {
        StringBuilder mapping = new StringBuilder();
        for (var member : value.properties()) {
          mapping
              .append(mapping.isEmpty() ? "'" : ", '")
              .append(member.getKey())
              .append("': ")
              .append(quoted(member.getValue()));
        }
        yield "{" + mapping + "}";
      }
      default -> PythonText.of(value);
    };
  }

  private static String quoted(JsonNode item) {
    return item.isTextual() ? "'" + item.textValue() + "'" : text(item);
  }
}
