package dev.ftpipe.model.text;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites expressions where Jinjava binds differently from Jinja: {@code not a in b} becomes
 * {@code not (a in b)}, {@code f(x=a - 1)} becomes {@code f(x=(a - 1))}, and {@code a[::-1]} the
 * filter {@code a|reversed_sequence}.
 */
final class ExpressionSource {
  private static final Set<String> OPERAND_ENDS = Set.of("and", "or", "if", "else");
  private static final Pattern ESCAPE =
      Pattern.compile("\\\\(?:x\\p{XDigit}{2}|u\\p{XDigit}{4}|[\\s\\S])");
  private static final String KNOWN_ESCAPES = "\\'\"nrtbf";
  private static final String REVERSED = "[::-1]";

  private final String text;
  private int position;

  private ExpressionSource(String text) {
    this.text = text;
  }

  /** The inside of a tag, rewritten; a macro's head is a declaration and stays as it is. */
  static String rewrite(String text) {
    return text.strip().startsWith("macro ") ? text : new ExpressionSource(text).copy(End.TEXT);
  }

  /** What a piece of an expression reaches to, besides the bracket that closes its group. */
  private enum End {
    TEXT,
    /** A comma. */
    ARGUMENT,
    /** A comma or a word such as {@code and}. */
    OPERAND
  }

  private String copy(End end) {
    StringBuilder out = new StringBuilder();
    String before = "";
    while (position < text.length()) {
      char c = text.charAt(position);
      String token = "";
      if (c == '\'' || c == '"') {
        out.append(string());
      } else if (Character.isJavaIdentifierStart(c)) {
        token = word();
        if (end == End.OPERAND && OPERAND_ENDS.contains(token)) {
          position -= token.length();
          return out.toString();
        }
        out.append(token);
        if (token.equals("not") && !before.equals("is") && !nextWordIsIn()) {
          out.append(" (").append(copy(End.OPERAND)).append(") ");
        }
      } else if (text.startsWith(REVERSED, position)) {
        position += REVERSED.length();
        out.append("|reversed_sequence ");
      } else if (c == '(' || c == '[' || c == '{') {
        position++;
        out.append(c).append(group(c));
      } else if (c == ')' || c == ']' || c == '}' || (end != End.TEXT && c == ',')) {
        return out.toString();
      } else {
        out.append(c);
        position++;
        token = Character.isWhitespace(c) ? before : "";
      }
      before = token;
    }
    return out.toString();
  }

  /** The rest of a group and the bracket that closes it. */
  private String group(char open) {
    StringBuilder out = new StringBuilder();
    while (position < text.length()) {
      if (open == '(') {
        out.append(argument());
      } else {
        out.append(copy(End.TEXT));
      }
      if (position == text.length()) {
        break;
      }
      char c = text.charAt(position++);
      out.append(c);
      if (c != ',') {
        // The closing brackets of two mappings would end the tag for Jinjava.
        out.append(c == '}' ? " " : "");
        break;
      }
    }
    return out.toString();
  }

  private String argument() {
    int start = position;
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
    String name = word();
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
    boolean named =
        !name.isEmpty()
            && position + 1 < text.length()
            && text.charAt(position) == '='
            && text.charAt(position + 1) != '=';
    if (named) {
      position++;
      return name + "=(" + copy(End.ARGUMENT) + ")";
    }
    position = start;
    return copy(End.ARGUMENT);
  }

  private String string() {
    int start = position;
    char quote = text.charAt(position++);
    while (position < text.length() && text.charAt(position) != quote) {
      position += text.charAt(position) == '\\' ? 2 : 1;
    }
    position = Math.min(position + 1, text.length());
    return escapes(text.substring(start, position));
  }

  /** Characters by number as themselves; a backslash that means nothing stands for itself. */
  private static String escapes(String literal) {
    return ESCAPE
        .matcher(literal)
        .replaceAll(found -> Matcher.quoteReplacement(escape(found.group())));
  }

  private static String escape(String escape) {
    char kind = escape.charAt(1);
    if (escape.length() > 2) {
      String character = Character.toString(Integer.parseInt(escape.substring(2), 16));
      return switch (character) {
        case "'", "\"", "\\" -> "\\" + character;
        case "\n" -> "\\n";
        default -> character;
      };
    }
    return KNOWN_ESCAPES.indexOf(kind) >= 0 ? escape : "\\" + escape;
  }

  /**
   * Where a word stands outside of brackets and texts.
   *
   * @return its first character's place; -1 when it is not there
   */
  static int topLevelWord(String expression, String word) {
    ExpressionSource source = new ExpressionSource(expression);
    int depth = 0;
    while (source.position < expression.length()) {
      int start = source.position;
      char c = expression.charAt(start);
      if (c == '\'' || c == '"') {
        source.string();
      } else if (Character.isJavaIdentifierPart(c)) {
        if (source.word().equals(word) && depth == 0) {
          return start;
        }
      } else {
        depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
        source.position++;
      }
    }
    return -1;
  }

  private String word() {
    int start = position;
    while (position < text.length() && Character.isJavaIdentifierPart(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private boolean nextWordIsIn() {
    String rest = text.substring(position).stripLeading();
    return rest.startsWith("in")
        && (rest.length() == 2 || !Character.isJavaIdentifierPart(rest.charAt(2)));
  }
}
