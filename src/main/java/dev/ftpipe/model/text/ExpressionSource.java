package dev.ftpipe.model.text;

import java.util.Set;

/**
 * Rewrites expressions where Jinjava binds differently from Jinja: {@code not a in b} becomes
 * {@code not (a in b)}, {@code f(x=a - 1)} becomes {@code f(x=(a - 1))}, and {@code a[::-1]} the
 * filter {@code a|reversed_sequence}.
 */
final class ExpressionSource {
  private static final Set<String> OPERAND_ENDS = Set.of("and", "or", "if", "else");
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
    return text.substring(start, position);
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
