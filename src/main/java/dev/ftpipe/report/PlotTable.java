package dev.ftpipe.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.ftpipe.base.Location;
import dev.ftpipe.config.Problems;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The rows of a file that is plotted: CSV, TSV, or a list of mappings in JSON, YAML or TOML.
 *
 * @param rows a text for each column; empty where a row has no such value
 */
record PlotTable(List<String> columns, List<List<String>> rows) {
  /** The rows; empty, with what is wrong in {@code problems}, when the file holds none. */
  static Optional<PlotTable> parse(String path, byte[] bytes, boolean header, Problems problems) {
    if (path.endsWith(".csv") || path.endsWith(".tsv")) {
      return separated(path, bytes, header, problems);
    }
    Optional<JsonNode> values = ValueFile.parse(path, bytes, problems);
    if (values.isEmpty()) {
      return Optional.empty();
    }
    Optional<ArrayNode> list = firstList(values.get());
    if (list.isEmpty()) {
      problems.add(new Location(path, 1, 1), "holds no list of mappings, so there are no rows");
    }
    return list.map(PlotTable::ofList);
  }

  private static Optional<PlotTable> separated(
      String path, byte[] bytes, boolean header, Problems problems) {
    char delimiter = path.endsWith(".tsv") ? '\t' : ',';
    CSVFormat format = CSVFormat.RFC4180.builder().setDelimiter(delimiter).get();
    List<List<String>> rows = new ArrayList<>();
    String text = new String(bytes, StandardCharsets.UTF_8);
    try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
      for (CSVRecord each : parser) {
        rows.add(each.toList());
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      problems.add(new Location(path, rows.size() + 1, 1), "not a table: " + e.getMessage());
      return Optional.empty();
    }
    if (rows.isEmpty()) {
      return Optional.of(new PlotTable(List.of(), List.of()));
    }
    List<String> columns = rows.get(0);
    if (header) {
      return Optional.of(new PlotTable(columns, rows.subList(1, rows.size())));
    }
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      numbers.add(String.valueOf(i));
    }
    return Optional.of(new PlotTable(numbers, rows));
  }

  /** As in DVC: the first list of mappings, however deep. */
  private static Optional<ArrayNode> firstList(JsonNode node) {
    if (node instanceof ArrayNode list) {
      return !list.isEmpty() && list.get(0).isObject() ? Optional.of(list) : Optional.empty();
    }
    for (var member : node.properties()) {
      Optional<ArrayNode> found = firstList(member.getValue());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static PlotTable ofList(ArrayNode list) {
    Set<String> names = new LinkedHashSet<>();
    list.forEach(row -> row.properties().forEach(member -> names.add(member.getKey())));
    List<String> columns = List.copyOf(names);
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row : list) {
      rows.add(columns.stream().map(name -> row.path(name).asText("")).toList());
    }
    return new PlotTable(columns, rows);
  }

  /** The texts of a column; empty when there is no such column. */
  Optional<List<String>> column(String name) {
    int index = columns.indexOf(name);
    return index < 0
        ? Optional.empty()
        : Optional.of(rows.stream().map(row -> index < row.size() ? row.get(index) : "").toList());
  }
}
