package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;

/** A value as DVC renders it inside a text. */
public final class PythonText {
  private static final int MOST_DIGITS = 17;
  private static final int LEAST_EXPONENT = -4;
  private static final int FIRST_LARGE_EXPONENT = 16;

  private PythonText() {}

  /** The text of a value that is no list and no mapping. */
  public static String of(JsonNode scalar) {
    return switch (scalar.getNodeType()) {
      case NULL -> "None";
      case NUMBER -> scalar.isIntegralNumber() ? scalar.asText() : of(scalar.doubleValue());
      default -> scalar.asText();
    };
  }

  /** Python's {@code repr} of a float: the fewest digits that read back as the same number. */
  public static String of(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    if (number == 0) {
      return 1 / number > 0 ? "0.0" : "-0.0";
    }
    BigDecimal shortest = shortest(number);
    String digits = shortest.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    String sign = number < 0 ? "-" : "";
    if (exponent < LEAST_EXPONENT || exponent >= FIRST_LARGE_EXPONENT) {
      String mantissa =
          digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
      String size = String.valueOf(Math.abs(exponent));
      return sign
          + mantissa
          + (exponent < 0 ? "e-" : "e+")
          + (size.length() == 1 ? "0" + size : size);
    }
    String plain = shortest.abs().toPlainString();
    return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
  }

  private static BigDecimal shortest(double number) {
    BigDecimal exact = new BigDecimal(number);
    BigDecimal rounded = exact;
    for (int digits = 1; digits <= MOST_DIGITS; digits++) {
      rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == number) {
        break;
      }
    }
    return rounded.stripTrailingZeros();
  }

  /**
   * A mapping as command-line flags: {@code --key value}, {@code --key} for true, nothing for
   * false, {@code --key a b} for a list, as far as the style does not say otherwise; the keys of
   * nested mappings are joined by a point.
   *
   * @throws IllegalArgumentException for a list that holds lists or mappings
   */
  static String flags(JsonNode mapping, FlagStyle style) {
    StringBuilder flags = new StringBuilder();
    appendFlags("", mapping, style, flags);
    return flags.toString();
  }

  private static void appendFlags(
      String prefix, JsonNode mapping, FlagStyle style, StringBuilder flags) {
    for (Map.Entry<String, JsonNode> entry : mapping.properties()) {
      String name = prefix + entry.getKey();
      JsonNode value = entry.getValue();
      switch (value.getNodeType()) {
        case OBJECT -> appendFlags(name + ".", value, style, flags);
        case BOOLEAN -> {
          if (value.booleanValue()) {
            append(flags, "--" + name);
          } else if (style.negated()) {
            append(flags, "--no-" + name);
          }
        }
        case ARRAY -> appendList(name, value, style, flags);
        default -> append(flags, "--" + name + " " + word(value));
      }
    }
  }

  private static void appendList(String name, JsonNode list, FlagStyle style, StringBuilder flags) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).isContainerNode()) {
        throw new IllegalArgumentException(
            "the list '" + name + "' holds lists or mappings, which no flag can carry");
      }
      append(flags, (i == 0 || style.repeated() ? "--" + name + " " : "") + word(list.get(i)));
    }
  }

  private static void append(StringBuilder flags, String word) {
    flags.append(flags.isEmpty() ? "" : " ").append(word);
  }

  private static String word(JsonNode scalar) {
    // In a list, DVC renders a bool as Python does.
    if (scalar.isBoolean()) {
      return scalar.booleanValue() ? "True" : "False";
    }
    return scalar.isTextual() ? quoted(scalar.textValue()) : of(scalar);
  }

  /** A text as one word of a POSIX shell, quoted only where it has to be. */
  private static String quoted(String text) {
    boolean safe = !text.isEmpty() && text.chars().allMatch(PythonText::isSafeInShell);
    return safe ? text : "'" + text.replace("'", "'\"'\"'") + "'";
  }

  private static boolean isSafeInShell(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_@%+=:,./-".indexOf(c) >= 0;
  }
}
