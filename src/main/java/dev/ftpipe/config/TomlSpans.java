package dev.ftpipe.config;

import java.util.ArrayList;
import java.util.List;

/** Finds where the values of a TOML text stand; the text has been found valid. */
final class TomlSpans {
  private final String text;
  private int at;

  private TomlSpans(String text) {
    this.text = text;
  }

  /** The table that the text is. */
  static Span of(String text) {
    return new TomlSpans(text).document();
  }

  private Span document() {
    Span root = new Span(0, 0, Span.Form.TABLE);
    Span table = root;
    skipBlank();
    while (at < text.length()) {
      if (text.charAt(at) == '[') {
        table = header(root);
      } else {
        member(table);
        table.end = at;
      }
      skipBlank();
    }
    return root;
  }

  private Span header(Span root) {
    int start = at;
    boolean listed = text.startsWith("[[", at);
    at += listed ? 2 : 1;
    skipSpaces();
    List<Word> path = path();
    skipSpaces();
    at += listed ? 2 : 1;
    Span table = root;
    for (int i = 0; i < path.size(); i++) {
      boolean last = i == path.size() - 1;
      table = inside(table, path.get(i), start, last && listed);
    }
    table.end = at;
    return table;
  }

  /** The table of a name in a table; of a list of tables the last one. */
  private static Span inside(Span table, Word name, int start, boolean another) {
    Span found =
        table
            .members
            .computeIfAbsent(
                name.word(),
                word ->
                    new Span.Member(name.start(), name.end(), new Span(start, -1, Span.Form.TABLE)))
            .value();
    if (another) {
      found.items.add(new Span(start, -1, Span.Form.TABLE));
    }
    return found.items.isEmpty() ? found : found.items.get(found.items.size() - 1);
  }

  private record Word(String word, int start, int end) {}

  private void member(Span table) {
    List<Word> path = path();
    skipSpaces();
    at++; // the equals sign
    skipSpaces();
    Span parent = table;
    for (Word name : path.subList(0, path.size() - 1)) {
      parent = inside(parent, name, name.start(), false);
    }
    Word name = path.get(path.size() - 1);
    Span value = value();
    parent.members.put(name.word(), new Span.Member(path.get(0).start(), name.end(), value));
    parent.end = value.end;
  }

  private List<Word> path() {
    List<Word> path = new ArrayList<>();
    while (true) {
      int start = at;
      String word;
      if (isQuote(text.charAt(at))) {
        skipString();
        word = text.substring(start + 1, at - 1);
      } else {
        while (" \t.=]".indexOf(text.charAt(at)) < 0) {
          at++;
        }
        word = text.substring(start, at);
      }
      path.add(new Word(word, start, at));
      int end = at;
      skipSpaces();
      if (text.charAt(at) != '.') {
        at = end;
        return path;
      }
      at++;
      skipSpaces();
    }
  }

  private Span value() {
    int start = at;
    char first = text.charAt(at);
    if (first == '[') {
      Span list = new Span(start, start, Span.Form.FLOW);
      at++;
      for (skipSeparators(); text.charAt(at) != ']'; skipSeparators()) {
        list.items.add(value());
      }
      list.end = ++at;
      return list;
    }
    if (first == '{') {
      Span table = new Span(start, start, Span.Form.FLOW);
      at++;
      for (skipSeparators(); text.charAt(at) != '}'; skipSeparators()) {
        member(table);
      }
      table.end = ++at;
      return table;
    }
    if (isQuote(first)) {
      skipString();
    } else {
      while (at < text.length() && ",]}#\r\n".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      while (text.charAt(at - 1) == ' ' || text.charAt(at - 1) == '\t') {
        at--;
      }
    }
    return new Span(start, at, Span.Form.SCALAR);
  }

  private void skipString() {
    String quote = text.substring(at, at + 1);
    String closing = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
    at += closing.length();
    while (!text.startsWith(closing, at)) {
      at += text.charAt(at) == '\\' && quote.equals("\"") ? 2 : 1;
    }
    at += closing.length();
    while (closing.length() == 3 && text.startsWith(quote, at)) {
      at++; // a text may end with quotes of its own
    }
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'';
  }

  private void skipSpaces() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private void skipSeparators() {
    do {
      skipBlank();
    } while (text.charAt(at) == ',' && at++ >= 0);
  }

  /** Spaces, line breaks and comments. */
  private void skipBlank() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        at++;
      } else {
        return;
      }
    }
  }
}
