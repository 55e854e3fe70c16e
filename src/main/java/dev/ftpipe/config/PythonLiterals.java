package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Evaluates one literal of Python: constants, texts, lists, tuples, sets and dicts of them. */
final class PythonLiterals {
  private static final int MOST_DIGITS = 1000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String text;
  private final int end;
  private int at;

  PythonLiterals(String text, int start, int end) {
    this.text = text;
    this.at = start;
    this.end = end;
  }

  /** The literal that goes from the start to the end; empty when it is none. */
  Optional<JsonNode> whole() {
    JsonNode value = value(0);
    skip();
    boolean done = at >= end || text.charAt(at) == ';';
    return done ? Optional.ofNullable(value) : Optional.empty();
  }

  private @Nullable JsonNode value(int depth) {
    skip();
    if (at >= end || depth > YamlTree.DEEPEST) {
      return null;
    }
    return switch (text.charAt(at)) {
      case '[' -> list(']', depth);
      case '(' -> list(')', depth);
      case '{' -> braces(depth);
      case '"', '\'' -> texts();
      default -> isPrefixed() ? texts() : word();
    };
  }

  private @Nullable JsonNode list(char close, int depth) {
    ArrayNode list = NODES.arrayNode();
    boolean comma = close == ']' || close == '}';
    at++;
    while (!ends(close)) {
      JsonNode item = value(depth + 1);
      if (item == null) {
        return null;
      }
      list.add(item);
      if (!ends(close) && !taken(',')) {
        return null;
      }
      comma |= text.charAt(at - 1) == ',';
    }
    at++;
    // (1) is 1 and (1,) a tuple of one.
    return comma || list.size() != 1 ? list : list.get(0);
  }

  private @Nullable JsonNode braces(int depth) {
    int start = at;
    at++;
    ObjectNode dict = NODES.objectNode();
    while (!ends('}')) {
      JsonNode key = value(depth + 1);
      skip();
      if (key == null || at >= end) {
        return null;
      }
      if (text.charAt(at) != ':') {
        at = start;
        return list('}', depth);
      }
      at++;
      JsonNode value = value(depth + 1);
      if (value == null || (!ends('}') && !taken(','))) {
        return null;
      }
      dict.set(key.asText(), value);
    }
    at++;
    return dict;
  }

  private boolean ends(char close) {
    skip();
    return at >= end || text.charAt(at) == close;
  }

  private boolean taken(char c) {
    skip();
    boolean here = at < end && text.charAt(at) == c;
    at += here ? 1 : 0;
    return here;
  }

  private boolean isPrefixed() {
    char c = Character.toLowerCase(text.charAt(at));
    char next = at + 1 < end ? text.charAt(at + 1) : ' ';
    return (c == 'r' || c == 'u') && (next == '"' || next == '\'');
  }

  /** Texts that stand side by side are one. */
  private @Nullable JsonNode texts() {
    StringBuilder value = new StringBuilder();
    while (at < end && (text.charAt(at) == '"' || text.charAt(at) == '\'' || isPrefixed())) {
      boolean raw = Character.toLowerCase(text.charAt(at)) == 'r';
      at += isPrefixed() ? 1 : 0;
      int close = stringEnd(text, at);
      int quotes = isTriple(text, at) ? 3 : 1;
      String inside = text.substring(at + quotes, close - quotes);
      if (!raw && inside.indexOf('\\') >= 0) {
        String plain = unescaped(inside);
        if (plain == null) {
          return null;
        }
        inside = plain;
      }
      value.append(inside);
      at = close;
      skip();
    }
    return NODES.textNode(value.toString());
  }

  private static @Nullable String unescaped(String inside) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < inside.length(); i++) {
      char c = inside.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      c = inside.charAt(++i);
      int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
      if (digits > 0) {
        try {
          plain.appendCodePoint(Integer.parseInt(inside.substring(i + 1, i + 1 + digits), 16));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
          return null; // Python refuses it as well
        }
        i += digits;
        continue;
      }
      switch (c) {
        case 'n' -> plain.append('\n');
        case 't' -> plain.append('\t');
        case 'r' -> plain.append('\r');
        case '0' -> plain.append('\0');
        case '\n' -> {}
        case '\\', '\'', '"' -> plain.append(c);
        default -> plain.append('\\').append(c);
      }
    }
    return plain.toString();
  }

  private @Nullable JsonNode word() {
    int start = at;
    while (at < end && ",:]})#; \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    return switch (word) {
      case "True" -> NODES.booleanNode(true);
      case "False" -> NODES.booleanNode(false);
      case "None" -> NODES.nullNode();
      default -> number(word);
    };
  }

  private static @Nullable JsonNode number(String word) {
    String digits = word.replace("_", "").toLowerCase(Locale.ROOT);
    boolean negative = digits.startsWith("-");
    digits = negative || digits.startsWith("+") ? digits.substring(1) : digits;
    if (digits.isEmpty()
        || digits.length() > MOST_DIGITS
        || "0123456789.".indexOf(digits.charAt(0)) < 0) {
      return null;
    }
    int radix =
        digits.startsWith("0x")
            ? 16
            : digits.startsWith("0o") ? 8 : digits.startsWith("0b") ? 2 : 10;
    try {
      String body = radix == 10 ? digits : digits.substring(2);
      if (radix == 10 && !body.chars().allMatch(Character::isDigit)) {
        boolean java = body.endsWith("d") || body.endsWith("f");
        return java ? null : NODES.numberNode(Double.parseDouble((negative ? "-" : "") + body));
      }
      BigInteger value = new BigInteger((negative ? "-" : "") + body, radix);
      return value.bitLength() < Integer.SIZE
          ? NODES.numberNode(value.intValueExact())
          : value.bitLength() < Long.SIZE
              ? NODES.numberNode(value.longValueExact())
              : NODES.numberNode(value);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Spaces, comments and, inside brackets, line breaks. */
  private void skip() {
    while (at < end) {
      char c = text.charAt(at);
      if (c == '#') {
        int line = text.indexOf('\n', at);
        at = line < 0 ? end : Math.min(line, end);
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\\') {
        at++;
      } else {
        return;
      }
    }
  }

  /** Behind the text in quotes that begins at an offset; -1 when it is not closed. */
  static int stringEnd(String text, int start) {
    String quote = text.substring(start, start + (isTriple(text, start) ? 3 : 1));
    for (int at = start + quote.length(); at < text.length(); at++) {
      if (text.charAt(at) == '\\') {
        at++;
      } else if (text.startsWith(quote, at)) {
        return at + quote.length();
      } else if (quote.length() == 1 && text.charAt(at) == '\n') {
        return -1;
      }
    }
    return -1;
  }

  private static boolean isTriple(String text, int start) {
    return text.startsWith("\"\"\"", start) || text.startsWith("'''", start);
  }
}
