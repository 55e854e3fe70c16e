package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a plain scalar means: the core schema of YAML 1.2 with the additions of ruamel.yaml (digits
 * may be grouped by {@code _}, binary integers, {@code 2e-4} without a point), which is what DVC
 * reads. A date stays a text.
 */
final class YamlScalars {
  static final String TAG = "tag:yaml.org,2002:";

  private static final int MOST_DIGITS = 1000;
  private static final int MOST_INT_CHARS = 9;

  private static final Pattern FLOAT =
      Pattern.compile(
          "[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+]?[0-9]+)?"
              + "|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+"
              + "|[-+]?\\._*[0-9][0-9_]*(?:[eE][-+][0-9]+)?");
  private static final Pattern INTEGER =
      Pattern.compile(
          "[-+]?(?:0b_*[01][01_]*|0o_*[0-7][0-7_]*|0x_*[0-9a-fA-F][0-9a-fA-F_]*|[0-9][0-9_]*)");
  private static final Pattern INFINITY = Pattern.compile("[-+]?\\.(?:inf|Inf|INF)");

  private YamlScalars() {}

  /** The value of a scalar without a tag and without quotes. */
  static JsonNode plain(String text) {
    if (text.isEmpty()) {
      return NullNode.getInstance();
    }
    return switch (text.charAt(0)) {
      case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-', '+', '.' ->
          number(text).orElseGet(() -> new TextNode(text));
      case '~', 'n', 'N', 't', 'T', 'f', 'F' -> word(text);
      default -> new TextNode(text);
    };
  }

  private static JsonNode word(String text) {
    return switch (text) {
      case "~", "null", "Null", "NULL" -> NullNode.getInstance();
      case "true", "True", "TRUE" -> BooleanNode.TRUE;
      case "false", "False", "FALSE" -> BooleanNode.FALSE;
      default -> new TextNode(text);
    };
  }

  private static Optional<JsonNode> number(String text) {
    if (text.length() > MOST_DIGITS) {
      return Optional.empty();
    }
    if (INTEGER.matcher(text).matches()) {
      return Optional.of(integer(text));
    }
    if (FLOAT.matcher(text).matches()) {
      return Optional.of(DoubleNode.valueOf(Double.parseDouble(text.replace("_", ""))));
    }
    if (INFINITY.matcher(text).matches()) {
      return Optional.of(
          DoubleNode.valueOf(
              text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY));
    }
    return switch (text) {
      case ".nan", ".NaN", ".NAN" -> Optional.of(DoubleNode.valueOf(Double.NaN));
      default -> Optional.empty();
    };
  }

  private static JsonNode integer(String text) {
    String digits = text.replace("_", "");
    boolean signed = digits.charAt(0) == '-' || digits.charAt(0) == '+';
    String sign = digits.charAt(0) == '-' ? "-" : "";
    digits = signed ? digits.substring(1) : digits;
    int radix = 10;
    if (digits.length() > 2 && digits.charAt(0) == '0') {
      radix =
          switch (digits.charAt(1)) {
            case 'b' -> 2;
            case 'o' -> 8;
            case 'x' -> 16;
            default -> 10;
          };
    }
    String number = sign + (radix == 10 ? digits : digits.substring(2));
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (radix == 10 && digits.length() <= MOST_INT_CHARS) {
      return nodes.numberNode(Integer.parseInt(number));
    }
    BigInteger value = new BigInteger(number, radix);
    if (value.bitLength() < Integer.SIZE) {
      return nodes.numberNode(value.intValueExact());
    }
    return value.bitLength() < Long.SIZE
        ? nodes.numberNode(value.longValueExact())
        : nodes.numberNode(value);
  }

  /** The value of a scalar with an explicit tag; empty when the tag is unknown or does not fit. */
  static Optional<JsonNode> tagged(String tag, String text) {
    JsonNode plain = plain(text);
    return switch (tag) {
      case TAG + "str", "!" -> Optional.of(new TextNode(text));
      case TAG + "int" -> Optional.of(plain).filter(JsonNode::isIntegralNumber);
      case TAG + "float" ->
          Optional.of(plain)
              .filter(JsonNode::isNumber)
              .map(number -> DoubleNode.valueOf(number.doubleValue()));
      case TAG + "bool" -> Optional.of(plain).filter(JsonNode::isBoolean);
      case TAG + "null" -> Optional.of(plain).filter(JsonNode::isNull);
      default -> Optional.empty();
    };
  }
}
