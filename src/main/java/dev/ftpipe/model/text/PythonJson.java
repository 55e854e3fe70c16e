package dev.ftpipe.model.text;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The filter {@code tojson}, which in Transformers is Python's {@code json.dumps} with {@code
 * ensure_ascii=False}: a space after commas and colons, and no character escaped for HTML.
 */
final class PythonJson implements Filter {
  private static final List<String> OPTIONS =
      List.of("ensure_ascii", "indent", "separators", "sort_keys");

  @Override
  public String getName() {
    return "tojson";
  }

  @Override
  public Object filter(
      @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
    return filter(value, interpreter, (Object[]) arguments, Map.of());
  }

  @Override
  public Object filter(
      @Nullable Object value,
      JinjavaInterpreter interpreter,
      Object[] arguments,
      Map<String, Object> named) {
    Map<String, Object> options = new LinkedHashMap<>(named);
    Iterator<String> names = OPTIONS.iterator();
    Arrays.stream(arguments).forEach(each -> options.putIfAbsent(names.next(), each));
    for (String name : options.keySet()) {
      if (!List.of("indent", "sort_keys").contains(name)
          && PythonValues.isTrue(options.get(name))) {
        throw new InterpretException("'tojson' takes indent and sort_keys here, not " + name);
      }
    }
    int indent = options.get("indent") instanceof Number number ? number.intValue() : -1;
    StringBuilder out = new StringBuilder();
    new Writer(out, indent, PythonValues.isTrue(options.get("sort_keys"))).write(value, 0);
    return out.toString();
  }

  /** Writes values one after the other; {@code indent} below 0 is all in one line. */
  private record Writer(StringBuilder out, int indent, boolean sorted) {
    void write(@Nullable Object value, int depth) {
      if (value == null || value instanceof Boolean || value instanceof Number) {
        out.append(value);
      } else if (value instanceof Map<?, ?> map) {
        write(map, depth);
      } else if (value instanceof Collection<?> many) {
        out.append('[');
        boolean first = true;
        for (Object each : many) {
          next(first, depth + 1);
          write(each, depth + 1);
          first = false;
        }
        end(first, depth, ']');
      } else {
        text(value.toString());
      }
    }

    private void write(Map<?, ?> map, int depth) {
      Map<String, @Nullable Object> entries = sorted ? new TreeMap<>() : new LinkedHashMap<>();
      map.forEach((key, value) -> entries.put(Objects.toString(key), value));
      out.append('{');
      boolean first = true;
      for (Map.Entry<String, @Nullable Object> entry : entries.entrySet()) {
        next(first, depth + 1);
        text(entry.getKey());
        out.append(": ");
        write(entry.getValue(), depth + 1);
        first = false;
      }
      end(first, depth, '}');
    }

    private void next(boolean first, int depth) {
      if (indent >= 0) {
        out.append(first ? "\n" : ",\n").append(" ".repeat(indent * depth));
      } else if (!first) {
        out.append(", ");
      }
    }

    private void end(boolean empty, int depth, char bracket) {
      if (indent >= 0 && !empty) {
        out.append('\n').append(" ".repeat(indent * depth));
      }
      out.append(bracket);
    }

    private void text(String text) {
      out.append('"');
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        switch (c) {
          case '"' -> out.append("\\\"");
          case '\\' -> out.append("\\\\");
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          case '\t' -> out.append("\\t");
          case '\b' -> out.append("\\b");
          case '\f' -> out.append("\\f");
          default -> {
            if (c < ' ') {
              out.append("\\u%04x".formatted((int) c));
            } else {
              out.append(c);
            }
          }
        }
      }
      out.append('"');
    }
  }
}
