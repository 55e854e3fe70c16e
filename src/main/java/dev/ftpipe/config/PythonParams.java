package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the constants of a Python file, as DVC does: {@code NAME = literal} at its top, in the body
 * of a class, and {@code self.name = literal} in {@code __init__}. Whatever is computed is left
 * out.
 */
final class PythonParams {
  /** A statement with all lines that it goes over, and how far it is indented. */
  private record Line(int indent, int start, int end) {}

  private final String text;
  private final String file;
  private final int[] lineStarts;
  private final List<Line> lines = new ArrayList<>();
  private int next;

  private PythonParams(String text, String file) {
    this.text = text;
    this.file = file;
    this.lineStarts =
        java.util.stream.IntStream.concat(
                java.util.stream.IntStream.of(0),
                java.util.stream.IntStream.range(0, text.length())
                    .filter(i -> text.charAt(i) == '\n')
                    .map(i -> i + 1))
            .toArray();
  }

  static Optional<Located> parse(String text, String shownAs, Problems problems) {
    PythonParams params = new PythonParams(text, shownAs);
    int unclosed = params.split();
    if (unclosed >= 0) {
      problems.add(params.location(unclosed), "not Python: what is opened here is not closed");
      return Optional.empty();
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    Map<String, Place> places = new HashMap<>();
    params.body(-1, false, node, places);
    return Optional.of(
        new Located(node, Place.of(new Location(shownAs, 1, 1)).holding(places, List.of())));
  }

  /** Cuts the text into statements; where a bracket or quote is opened and not closed, or -1. */
  private int split() {
    int at = 0;
    while (at < text.length()) {
      int begin = at;
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
        at++;
      }
      int start = at;
      int depth = 0;
      int opened = -1;
      while (at < text.length() && (depth > 0 || text.charAt(at) != '\n')) {
        char c = text.charAt(at);
        if (c == '#') {
          at = lineEnd(at);
          continue;
        }
        if (c == '"' || c == '\'') {
          int end = PythonLiterals.stringEnd(text, at);
          if (end < 0) {
            return at;
          }
          at = end;
          continue;
        }
        if ("([{".indexOf(c) >= 0) {
          opened = depth++ == 0 ? at : opened;
        } else if (")]}".indexOf(c) >= 0) {
          depth--;
        }
        at += c == '\\' ? 2 : 1; // a backslash joins the next line
      }
      if (depth > 0) {
        return opened;
      }
      int end = Math.min(at, text.length());
      if (!text.substring(start, end).isBlank() && text.charAt(start) != '#') {
        lines.add(new Line(start - begin, start, end));
      }
      at++;
    }
    return -1;
  }

  private int lineEnd(int offset) {
    int end = text.indexOf('\n', offset);
    return end < 0 ? text.length() : end;
  }

  /** Reads the lines that are indented deeper than {@code outer}. */
  private void body(int outer, boolean ofInit, ObjectNode into, Map<String, Place> places) {
    int indent = next < lines.size() ? lines.get(next).indent() : 0;
    while (next < lines.size() && lines.get(next).indent() > outer) {
      Line line = lines.get(next++);
      if (line.indent() > indent) {
        continue; // the body of a loop, a branch or a function
      }
      String head = word(line.start());
      if (head.equals("class") && !ofInit) {
        classBody(line, into, places);
      } else if (head.equals("def") && word(skip(line.start() + 3)).equals("__init__") && !ofInit) {
        body(line.indent(), true, into, places);
      } else {
        assignment(line, ofInit, into, places);
      }
    }
  }

  private void classBody(Line line, ObjectNode into, Map<String, Place> places) {
    int start = skip(line.start() + "class".length());
    String name = word(start);
    ObjectNode node = into.objectNode();
    Map<String, Place> members = new HashMap<>();
    body(line.indent(), false, node, members);
    into.set(name, node);
    Place place = Place.of(location(start));
    places.put(name, place.holding(members, List.of()));
  }

  private void assignment(Line line, boolean ofInit, ObjectNode into, Map<String, Place> places) {
    int start = line.start();
    boolean self = text.startsWith("self.", start);
    if (ofInit && !self) {
      return;
    }
    int at = self ? start + "self.".length() : start;
    String name = word(at);
    at = skip(at + name.length());
    if (name.isEmpty() || at >= line.end()) {
      return;
    }
    if (text.charAt(at) == ':') {
      at = text.indexOf('=', at);
      if (at < 0 || at >= line.end()) {
        return;
      }
    }
    if (text.charAt(at) != '=' || text.startsWith("==", at)) {
      return;
    }
    int value = skip(at + 1);
    Optional<JsonNode> literal = new PythonLiterals(text, value, line.end()).whole();
    literal.ifPresent(
        found -> {
          into.set(name, found);
          places.put(name, Place.of(location(value)).underKey(location(start)));
        });
  }

  private String word(int start) {
    int end = start;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    return text.substring(start, end);
  }

  private int skip(int offset) {
    int at = offset;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at;
  }

  private Location location(int offset) {
    int found = java.util.Arrays.binarySearch(lineStarts, offset);
    int line = found >= 0 ? found : -found - 2;
    return new Location(file, line + 1, offset - lineStarts[line] + 1);
  }
}
