package dev.ftpipe.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The values that one value of the command line stands for, in the manner of Hydra's sweeps. */
final class Choices {
  private static final int MOST = 10_000;

  private Choices() {}

  /**
   * The values of {@code a,b}, {@code choice(a,b)} or {@code range(start,stop,step)}; any other
   * value alone. Quotes and brackets protect a comma.
   *
   * @throws IllegalArgumentException with what is wrong, for a user
   */
  static List<String> of(String value) {
    if (isCall("choice", value)) {
      return split(arguments("choice", value));
    }
    if (isCall("range", value)) {
      return range(split(arguments("range", value)));
    }
    return split(value);
  }

  private static boolean isCall(String function, String value) {
    return value.startsWith(function + "(") && value.endsWith(")");
  }

  private static String arguments(String function, String value) {
    return value.substring(function.length() + 1, value.length() - 1);
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    char quote = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == '\\' && quote == '"') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if ((c == '"' || c == '\'') && text.substring(from, i).isBlank()) {
        quote = c;
      } else if (c == '"' || c == '\'') {
        quote = depth > 0 ? c : 0;
      } else if (c == '[' || c == '{' || c == '(') {
        depth++;
      } else if (c == ']' || c == '}' || c == ')') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(part(text, from, i));
        from = i + 1;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote is not closed: " + text);
    }
    if (parts.isEmpty()) {
      return List.of(text.strip());
    }
    parts.add(part(text, from, text.length()));
    return parts;
  }

  private static String part(String text, int from, int to) {
    String part = text.substring(from, to).strip();
    if (part.isEmpty()) {
      throw new IllegalArgumentException(
          "an empty value in '" + text + "'; write a text with a comma in quotes");
    }
    return part;
  }

  private static List<String> range(List<String> arguments) {
    if (arguments.size() > 3) {
      throw new IllegalArgumentException("range takes (stop), (start,stop) or (start,stop,step)");
    }
    try {
      BigDecimal first = new BigDecimal(arguments.get(0));
      BigDecimal start = arguments.size() == 1 ? BigDecimal.ZERO : first;
      BigDecimal stop = arguments.size() == 1 ? first : new BigDecimal(arguments.get(1));
      BigDecimal step = arguments.size() == 3 ? new BigDecimal(arguments.get(2)) : BigDecimal.ONE;
      if (step.signum() == 0) {
        throw new IllegalArgumentException("the step of a range may not be 0");
      }
      List<String> values = new ArrayList<>();
      for (BigDecimal at = start; at.compareTo(stop) * step.signum() < 0; at = at.add(step)) {
        if (values.size() == MOST) {
          throw new IllegalArgumentException("the range has more than " + MOST + " values");
        }
        values.add(at.toPlainString());
      }
      if (values.isEmpty()) {
        throw new IllegalArgumentException("the range is empty");
      }
      return values;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a range is made of numbers, as in range(1,10,2)", e);
    }
  }
}
