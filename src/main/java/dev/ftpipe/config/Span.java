package dev.ftpipe.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The characters of a text that a value takes, and those of all that is in it. Offsets are in chars
 * from the start of the text; {@code end} is behind the last one.
 */
final class Span {
  /** How a value is written. */
  enum Form {
    SCALAR,
    /** In brackets. */
    FLOW,
    /** By indentation. */
    BLOCK,
    /** Under a header of TOML, or at its top. */
    TABLE
  }

  /** A key and its value. */
  record Member(int keyStart, int keyEnd, Span value) {}

  final int start;
  final Form form;
  final Map<String, Member> members = new LinkedHashMap<>();
  final List<Span> items = new ArrayList<>();
  int end;

  Span(int start, int end, Form form) {
    this.start = start;
    this.end = end;
    this.form = form;
  }

  /** One step into it, as {@link Expression#step}. */
  Optional<Span> step(String step) {
    if (items.isEmpty()) {
      return Optional.ofNullable(members.get(step)).map(Member::value);
    }
    return Expression.index(step, items.size()).map(items::get);
  }
}
