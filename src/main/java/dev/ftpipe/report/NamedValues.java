package dev.ftpipe.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Params or metrics of several files, and of several runs, by name. */
public final class NamedValues {
  private NamedValues() {}

  /** Values of all files by name; with the file before it where two files have the name. */
  public static Map<String, JsonNode> of(Map<String, JsonNode> files) {
    Map<String, JsonNode> named = new LinkedHashMap<>();
    Set<String> twice = new HashSet<>();
    Set<String> once = new HashSet<>();
    for (JsonNode file : files.values()) {
      for (String name : Values.flat(file).keySet()) {
        if (!once.add(name)) {
          twice.add(name);
        }
      }
    }
    files.forEach(
        (path, file) ->
            Values.flat(file)
                .forEach(
                    (name, value) ->
                        named.put(
                            name.isEmpty() ? path : twice.contains(name) ? path + ":" + name : name,
                            value)));
    return named;
  }

  /** All names, sorted. */
  public static List<String> names(List<Map<String, JsonNode>> values) {
    Map<String, Boolean> names = new TreeMap<>();
    values.forEach(each -> each.keySet().forEach(name -> names.put(name, true)));
    return List.copyOf(names.keySet());
  }

  /** Whether a value is not the same in all of them. */
  public static boolean differs(String name, List<Map<String, JsonNode>> values) {
    return values.stream().map(each -> Optional.ofNullable(each.get(name))).distinct().count() > 1;
  }
}
