package dev.ftpipe.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Finds where the values of a JSON text stand. */
final class JsonSpans {
  private final String text;
  private final JsonParser parser;

  private JsonSpans(String text, JsonParser parser) {
    this.text = text;
    this.parser = parser;
  }

  /**
   * The value that a text is.
   *
   * @param parser at the start of {@code text}
   */
  static Span of(String text, JsonParser parser) throws IOException {
    parser.nextToken();
    return new JsonSpans(text, parser).value();
  }

  private Span value() throws IOException {
    int start = start();
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      Span list = new Span(start, start, Span.Form.FLOW);
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.items.add(value());
      }
      list.end = start() + 1;
      return list;
    }
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      Span object = new Span(start, start, Span.Form.FLOW);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        int keyStart = start();
        int keyEnd = end(keyStart);
        parser.nextToken();
        object.members.put(name, new Span.Member(keyStart, keyEnd, value()));
      }
      object.end = start() + 1;
      return object;
    }
    return new Span(start, end(start), Span.Form.SCALAR);
  }

  private int start() {
    return (int) parser.currentTokenLocation().getCharOffset();
  }

  private int end(int start) {
    int at = start;
    if (text.charAt(at) == '"') {
      for (at++; text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\') {
          at++;
        }
      }
      return at + 1;
    }
    while (at < text.length() && ",:]} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }
}
