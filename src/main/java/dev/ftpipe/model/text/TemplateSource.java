package dev.ftpipe.model.text;

import dev.ftpipe.base.FtpipeException;

/**
 * Rewrites a Jinja template so that Jinjava renders it as Jinja does in the environment of
 * Transformers ({@code trim_blocks}, {@code lstrip_blocks}, no trailing newline kept).
 *
 * <p>White space is removed here, because Jinjava strips more and less than Jinja does; comments go
 * with it. Removed newlines move inside the next tag, so that the line of an error stays right.
 */
final class TemplateSource {
  private final String source;
  private final StringBuilder out = new StringBuilder();
  private int position;
  private int heldNewlines;

  private TemplateSource(String source) {
    this.source = source;
  }

  /**
   * The rewritten template.
   *
   * @throws FtpipeException when a tag is not closed
   */
  static String rewrite(String template, String origin) {
    String unixLines = template.replace("\r\n", "\n");
    String source =
        unixLines.endsWith("\n") ? unixLines.substring(0, unixLines.length() - 1) : unixLines;
    return new TemplateSource(source).run(origin);
  }

  private String run(String origin) {
    boolean trimStart = false;
    boolean afterBlock = false;
    while (true) {
      int tag = nextTag(position);
      String text = source.substring(position, tag < 0 ? source.length() : tag);
      text = trimmedStart(text, trimStart, afterBlock);
      if (tag < 0) {
        out.append(text);
        return out.toString();
      }
      char kind = source.charAt(tag + 1);
      int end = endOfTag(tag, kind, origin);
      text(text, tag, kind);
      trimStart = source.charAt(end - 3) == '-';
      // "+%}" switches trim_blocks off for one tag.
      afterBlock = kind != '{' && source.charAt(end - 3) != '+';
      position = end;
      tag(tag, end, kind, trimStart || source.charAt(end - 3) == '+');
    }
  }

  private int nextTag(int from) {
    for (int i = source.indexOf('{', from);
        i >= 0 && i + 1 < source.length();
        i = source.indexOf('{', i + 1)) {
      char kind = source.charAt(i + 1);
      if (kind == '%' || kind == '{' || kind == '#') {
        return i;
      }
    }
    return -1;
  }

  private int endOfTag(int tag, char kind, String origin) {
    String close = kind == '%' ? "%}" : kind == '{' ? "}}" : "#}";
    int depth = 0;
    for (int i = tag + 2; i + 1 < source.length(); i++) {
      char c = source.charAt(i);
      if (depth == 0 && source.startsWith(close, i)) {
        return i + 2;
      }
      if (kind == '#') {
        continue;
      }
      if (c == '\'' || c == '"') {
        i = endOfString(i);
      } else if (c == '{' || c == '[' || c == '(') {
        depth++;
      } else if (c == '}' || c == ']' || c == ')') {
        depth--;
      }
    }
    throw FtpipeException.pipeline(
        origin + ":" + line(tag) + ": template tag is not closed, expected " + close);
  }

  private int endOfString(int quote) {
    int i = quote + 1;
    while (i < source.length() && source.charAt(i) != source.charAt(quote)) {
      i += source.charAt(i) == '\\' ? 2 : 1;
    }
    return i;
  }

  private int line(int at) {
    return 1 + (int) source.substring(0, at).chars().filter(c -> c == '\n').count();
  }

  private String trimmedStart(String text, boolean all, boolean afterBlock) {
    String kept = text;
    if (all) {
      kept = text.stripLeading();
    } else if (afterBlock && text.startsWith("\n")) {
      kept = text.substring(1);
    }
    hold(text.substring(0, text.length() - kept.length()));
    return kept;
  }

  /** Emits the text before a tag, less the white space that the tag removes. */
  private void text(String text, int tag, char kind) {
    char mark = source.charAt(tag + 2);
    String kept = text;
    if (mark == '-') {
      kept = text.stripTrailing();
    } else if (kind != '{' && mark != '+') {
      int lineStart = text.lastIndexOf('\n') + 1;
      boolean wholeLine = lineStart > 0 || tag - text.length() == 0 || startsLine(tag);
      if (wholeLine && text.substring(lineStart).isBlank()) {
        kept = text.substring(0, lineStart);
      }
    }
    if (kept.endsWith("{")) {
      // Next to the tag it would begin another one.
      out.append(kept, 0, kept.length() - 1).append("{{ '{' }}");
    } else {
      out.append(kept);
    }
    hold(text.substring(kept.length()));
  }

  /** Whether nothing but blanks stands between the tag and the start of its line. */
  private boolean startsLine(int tag) {
    int i = tag - 1;
    while (i >= 0 && source.charAt(i) != '\n') {
      if (!Character.isWhitespace(source.charAt(i))) {
        return false;
      }
      i--;
    }
    return true;
  }

  private void hold(String removed) {
    heldNewlines += (int) removed.chars().filter(c -> c == '\n').count();
  }

  private void tag(int tag, int end, char kind, boolean markAtEnd) {
    if (kind == '#') {
      hold(source.substring(tag, end));
      return;
    }
    char mark = source.charAt(tag + 2);
    int bodyStart = tag + (mark == '-' || mark == '+' ? 3 : 2);
    int bodyEnd = end - (markAtEnd && end - 3 >= bodyStart ? 3 : 2);
    String body = source.substring(bodyStart, bodyEnd);
    if (kind == '%' && body.strip().equals("raw")) {
      raw();
      return;
    }
    out.append('{').append(kind).append("\n".repeat(heldNewlines)).append(' ');
    heldNewlines = 0;
    // A sign right after the bracket is a mark of white space for Jinjava.
    boolean signed = kind == '{' && body.strip().startsWith("-");
    out.append(signed ? "(" : "").append(ExpressionSource.rewrite(body)).append(signed ? ")" : "");
    out.append(' ').append(kind == '%' ? "%}" : "}}");
  }

  /** Copies a raw block, white space included, up to its end tag. */
  private void raw() {
    int end = source.indexOf("endraw", position);
    int stop = end < 0 ? source.length() : source.indexOf("%}", end) + 2;
    out.append("{% raw %}").append(source, position, Math.max(position, stop));
    position = Math.max(position, stop);
  }
}
