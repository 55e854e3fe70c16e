package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The name of a variable or parameter: {@code a.b[0].c}.
 *
 * @param steps keys of mappings and indices of lists, at least one
 */
record Expression(List<String> steps) {
  /** Parses names joined by points and indices in brackets; empty for anything else. */
  static Optional<Expression> parse(String text) {
    List<String> steps = new ArrayList<>();
    int at = 0;
    boolean name = true;
    while (name || at < text.length()) {
      int end = at;
      while (end < text.length() && ".[]".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      if (name) {
        String word = text.substring(at, end).strip();
        if (word.isEmpty()) {
          return Optional.empty();
        }
        steps.add(word);
        name = false;
      } else if (text.charAt(at) == '.') {
        end = at + 1;
        name = true;
      } else if (text.charAt(at) == '[') {
        end = text.indexOf(']', at) + 1;
        String word = end == 0 ? "" : text.substring(at + 1, end - 1).strip();
        if (word.isEmpty() || word.indexOf('[') >= 0 || word.indexOf('.') >= 0) {
          return Optional.empty();
        }
        steps.add(word);
      } else {
        return Optional.empty();
      }
      at = end;
    }
    return Optional.of(new Expression(steps));
  }

  /** The first {@code count} steps as a name. */
  String prefix(int count) {
    return String.join(".", steps.subList(0, count));
  }

  /** The index that a step means in a list; a negative one counts from the end, as in Python. */
  static Optional<Integer> index(String step, JsonNode list) {
    return index(step, list.size());
  }

  static Optional<Integer> index(String step, int size) {
    try {
      int index = Integer.parseInt(step);
      int fromStart = index < 0 ? index + size : index;
      return fromStart >= 0 && fromStart < size ? Optional.of(fromStart) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** One step into a value; empty when there is nothing of that name. */
  static Optional<Located> step(Located from, String step) {
    if (from.node().isArray()) {
      return index(step, from.node())
          .map(i -> new Located(from.node().get(i), from.place().item(i)));
    }
    return from.member(step);
  }
}
