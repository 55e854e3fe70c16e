package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A value as it is written into a params file, on one line. */
final class ValueText {
  private static final String SAFE = "_-./@+%=";

  private final ParamsFormat format;

  ValueText(ParamsFormat format) {
    this.format = format;
  }

  /**
   * The text of a value.
   *
   * @param spelled the scalar as the user wrote it, kept where it means the same in the file
   * @throws IllegalArgumentException for what the language of the file cannot say
   */
  String of(JsonNode value, String spelled) {
    if (value.isNumber()) {
      return number(value, spelled);
    }
    return of(value);
  }

  private String of(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> {
        List<String> members = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          members.add(key(entry.getKey()) + separator() + of(entry.getValue()));
        }
        yield "{" + String.join(", ", members) + "}";
      }
      case ARRAY -> {
        List<String> items = new ArrayList<>();
        value.forEach(item -> items.add(of(item)));
        yield "[" + String.join(", ", items) + "]";
      }
      case NUMBER -> number(value, PythonText.of(value));
      case STRING -> text(value.textValue());
      case NULL, MISSING -> {
        if (format == ParamsFormat.TOML) {
          throw new IllegalArgumentException("TOML has no null");
        }
        yield "null";
      }
      default -> value.asText();
    };
  }

  /** What stands between a key and its value. */
  String separator() {
    return format == ParamsFormat.TOML ? " = " : ": ";
  }

  String key(String name) {
    return switch (format) {
      case JSON -> json(name);
      case TOML -> isBare(name) ? name : json(name);
      default -> text(name);
    };
  }

  private String number(JsonNode value, String spelled) {
    if (value.isIntegralNumber()) {
      return value.asText();
    }
    double number = value.doubleValue();
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return special(number);
    }
    // "1e-4" is a text to the parsers of YAML 1.1 that many scripts use, "1.0e-4" is not.
    String text = isPlainNumber(spelled) ? spelled : PythonText.of(number);
    int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
    if (exponent < 0) {
      return text;
    }
    String mantissa = text.substring(0, exponent);
    String power = text.substring(exponent + 1);
    return mantissa
        + (mantissa.indexOf('.') < 0 ? ".0" : "")
        + "e"
        + (power.startsWith("-") || power.startsWith("+") ? power : "+" + power);
  }

  private String special(double number) {
    String sign = number < 0 ? "-" : "";
    return switch (format) {
      case JSON -> Double.isNaN(number) ? "NaN" : sign + "Infinity";
      case TOML -> Double.isNaN(number) ? "nan" : sign + "inf";
      default -> Double.isNaN(number) ? ".nan" : sign + ".inf";
    };
  }

  /** Whether every language reads it as the number it looks like. */
  private static boolean isPlainNumber(String text) {
    return text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
  }

  private String text(String text) {
    return format == ParamsFormat.YAML && isPlain(text) ? text : json(text);
  }

  /** Whether YAML, of any version, reads it as this text without quotes, in brackets too. */
  private static boolean isPlain(String text) {
    boolean begun = !text.isEmpty() && (Character.isLetter(text.charAt(0)) || isPath(text));
    if (!begun) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean inside = c == ' ' && i < text.length() - 1;
      if (!Character.isLetterOrDigit(c) && SAFE.indexOf(c) < 0 && !inside) {
        return false;
      }
    }
    return switch (text.toLowerCase(java.util.Locale.ROOT)) {
      case "yes", "no", "on", "off", "true", "false", "null" -> false;
      default -> true;
    };
  }

  private static boolean isPath(String text) {
    return text.charAt(0) == '_' || text.charAt(0) == '/' || text.startsWith("./");
  }

  private static boolean isBare(String name) {
    return !name.isEmpty()
        && name.chars()
            .allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-'));
  }

  /** A text in double quotes with the escapes that JSON, YAML and TOML share. */
  private static String json(String text) {
    return TextNode.valueOf(text).toString();
  }
}
