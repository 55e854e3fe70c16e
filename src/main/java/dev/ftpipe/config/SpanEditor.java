package dev.ftpipe.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Changes one value of a text and leaves every other character as it is. */
final class SpanEditor {
  private final String text;
  private final ValueText values;
  private final String newline;

  SpanEditor(String text, ValueText values) {
    this.text = text;
    this.values = values;
    this.newline = text.contains("\r\n") ? "\r\n" : "\n";
  }

  /** Another value for a key. */
  String replace(Span.Member member, String value) {
    Span old = member.value();
    if (old.form == Span.Form.BLOCK || old.end == old.start) {
      // What stood below its key stands behind it from now on.
      int colon = text.indexOf(':', member.keyEnd());
      return put(colon + 1, Math.max(old.end, colon + 1), " " + value);
    }
    return put(old.start, old.end, value);
  }

  /** Another value for an item of a list, or for the whole text. */
  String replace(Span item, String value) {
    boolean glued = item.start > 0 && item.end == item.start && !isSpace(item.start - 1);
    return put(item.start, item.end, glued ? " " + value : value);
  }

  /**
   * A new key in a mapping.
   *
   * @param path the key, and further keys of mappings that are new as well
   */
  String append(Span mapping, List<String> path, String value) {
    return switch (mapping.form) {
      case FLOW -> appendInBrackets(mapping, path, value);
      case TABLE -> appendToTable(mapping, path, value);
      case BLOCK, SCALAR -> appendLines(mapping, path, value);
    };
  }

  private String appendInBrackets(Span mapping, List<String> path, String value) {
    StringBuilder nested = new StringBuilder();
    for (String key : path) {
      nested.append(nested.isEmpty() ? "" : "{").append(values.key(key)).append(values.separator());
    }
    nested.append(value).append("}".repeat(path.size() - 1));
    if (mapping.members.isEmpty()) {
      return put(mapping.start + 1, mapping.end - 1, nested.toString());
    }
    Span.Member last = last(mapping);
    int before = last.keyStart();
    while (isSpace(before - 1)) {
      before--;
    }
    String gap = text.substring(before, last.keyStart());
    return put(last.value().end, last.value().end, "," + (gap.isEmpty() ? " " : gap) + nested);
  }

  private String appendToTable(Span table, List<String> path, String value) {
    List<String> keys = path.stream().map(values::key).toList();
    String line = String.join(".", keys) + values.separator() + value;
    return table.end == 0 ? put(0, 0, line + newline) : afterLine(table.end, line);
  }

  private String appendLines(Span mapping, List<String> path, String value) {
    String indent = "";
    if (!mapping.members.isEmpty()) {
      int key = mapping.members.values().iterator().next().keyStart();
      indent = " ".repeat(key - lineStart(key));
    }
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < path.size(); i++) {
      lines.append(i == 0 ? "" : newline).append(indent).append("  ".repeat(i));
      lines.append(values.key(path.get(i))).append(i == path.size() - 1 ? ": " + value : ":");
    }
    return mapping.form == Span.Form.SCALAR
        ? afterLine(text.length(), lines.toString())
        : afterLine(mapping.end, lines.toString());
  }

  /** A line behind the one that ends at or after an offset. */
  private String afterLine(int offset, String line) {
    int end = offset == 0 || text.charAt(offset - 1) == '\n' ? offset : lineEnd(offset);
    boolean closed = end == 0 || text.charAt(end - 1) == '\n';
    return put(end, end, (closed ? "" : newline) + line + newline);
  }

  /** A mapping without one of its keys. */
  String remove(Span mapping, String key) {
    List<Map.Entry<String, Span.Member>> members = new ArrayList<>(mapping.members.entrySet());
    int index = 0;
    while (!members.get(index).getKey().equals(key)) {
      index++;
    }
    Span.Member member = members.get(index).getValue();
    if (mapping.form == Span.Form.FLOW) {
      if (index > 0) {
        return put(members.get(index - 1).getValue().value().end, member.value().end, "");
      }
      int next = members.size() > 1 ? members.get(1).getValue().keyStart() : member.value().end;
      return put(member.keyStart(), next, "");
    }
    if (members.size() == 1 && mapping.form == Span.Form.BLOCK && mapping.start > 0) {
      int lineStart = lineStart(mapping.start);
      boolean below = text.substring(lineStart, mapping.start).isBlank();
      return put(mapping.start, mapping.end, below ? "{}" : " {}".strip());
    }
    int start = lineStart(member.keyStart());
    if (!text.substring(start, member.keyStart()).isBlank()) {
      return put(member.keyStart(), members.get(index + 1).getValue().keyStart(), "");
    }
    return put(start, lineEnd(Math.max(member.value().end, member.keyEnd())), "");
  }

  private static Span.Member last(Span mapping) {
    Span.Member last = mapping.members.values().iterator().next();
    for (Span.Member member : mapping.members.values()) {
      last = member;
    }
    return last;
  }

  private int lineStart(int offset) {
    return text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Behind the line break. */
  private int lineEnd(int offset) {
    int end = text.indexOf('\n', offset);
    return end < 0 ? text.length() : end + 1;
  }

  private boolean isSpace(int index) {
    return " \t\r\n".indexOf(text.charAt(index)) >= 0;
  }

  private String put(int start, int end, String replacement) {
    return text.substring(0, start) + replacement + text.substring(end);
  }
}
