package dev.ftpipe.config;

import java.util.Iterator;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Finds where the values of a YAML text stand; the text has been found valid. */
final class YamlSpans {
  private final String text;
  private final Iterator<Event> events;
  private final boolean wide;

  private YamlSpans(String text) {
    this.text = text;
    this.events =
        new Parse(LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build())
            .parseString(text)
            .iterator();
    this.wide = text.codePointCount(0, text.length()) != text.length();
  }

  /** The value that the text is; nothing is an empty scalar at its end. */
  static Span of(String text) {
    YamlSpans spans = new YamlSpans(text);
    spans.events.next(); // the stream's start
    if (spans.events.next().getEventId() == Event.ID.StreamEnd) {
      return new Span(text.length(), text.length(), Span.Form.SCALAR);
    }
    return spans.value(spans.events.next());
  }

  private Span value(Event event) {
    int start = start(event);
    if (event.getEventId() == Event.ID.SequenceStart) {
      return sequence(new Span(start, start, form((CollectionStartEvent) event)));
    }
    if (event.getEventId() == Event.ID.MappingStart) {
      return mapping(new Span(start, start, form((CollectionStartEvent) event)));
    }
    int end = end(event);
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--; // a block of text takes the line breaks behind it
    }
    return new Span(withoutProperties(start, end), end, Span.Form.SCALAR);
  }

  /** Behind the anchor and tag of a scalar. */
  private int withoutProperties(int start, int end) {
    int at = start;
    while (at < end && (text.charAt(at) == '&' || text.charAt(at) == '!')) {
      while (at < end && !isSpace(text.charAt(at))) {
        at++;
      }
      while (at < end && isSpace(text.charAt(at))) {
        at++;
      }
    }
    return at;
  }

  private Span sequence(Span span) {
    Event next = events.next();
    for (; next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
      Span item = value(next);
      span.items.add(item);
      span.end = item.end;
    }
    return closed(span, next);
  }

  private Span mapping(Span span) {
    Event next = events.next();
    for (; next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
      Span key = value(next);
      Span value = value(events.next());
      if (next instanceof ScalarEvent scalar) {
        span.members.putIfAbsent(scalar.getValue(), new Span.Member(key.start, key.end, value));
      }
      span.end = Math.max(value.end, key.end + 1);
    }
    return closed(span, next);
  }

  /** A collection in brackets ends with its bracket, one by indentation with what is in it. */
  private Span closed(Span span, Event last) {
    if (span.form == Span.Form.FLOW) {
      span.end = end(last);
    }
    return span;
  }

  private static Span.Form form(CollectionStartEvent event) {
    return event.isFlow() ? Span.Form.FLOW : Span.Form.BLOCK;
  }

  private int start(Event event) {
    return event.getStartMark().map(this::offset).orElse(0);
  }

  private int end(Event event) {
    return event.getEndMark().map(this::offset).orElse(0);
  }

  /** A mark counts characters, not chars. */
  private int offset(Mark mark) {
    return wide ? text.offsetByCodePoints(0, mark.getIndex()) : mark.getIndex();
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
}
