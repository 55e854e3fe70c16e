package dev.ftpipe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.report.Difference;
import dev.ftpipe.report.Snapshot;
import dev.ftpipe.report.Table;
import dev.ftpipe.report.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Values of params or metrics files as DVC shows them.
 *
 * @param what the heading over names: {@code Metric}, {@code Param}
 * @param text a value in a cell
 */
record Shown(String what, Function<Optional<JsonNode>, String> text) {
  /** A row for each file of each revision, a column for each name. */
  Table table(Map<String, Map<String, JsonNode>> revisions) {
    boolean many = revisions.size() > 1;
    TreeSet<String> names = new TreeSet<>();
    revisions
        .values()
        .forEach(each -> each.values().forEach(f -> names.addAll(Values.flat(f).keySet())));
    List<String> headings = new ArrayList<>(many ? List.of("Revision", "Path") : List.of("Path"));
    headings.addAll(names);
    Table table = new Table(headings);
    revisions.forEach(
        (revision, files) ->
            files.forEach(
                (path, file) -> {
                  List<String> cells =
                      new ArrayList<>(many ? List.of(revision, path) : List.of(path));
                  Map<String, JsonNode> flat = Values.flat(file);
                  names.forEach(name -> cells.add(text.apply(Optional.ofNullable(flat.get(name)))));
                  table.add(cells);
                }));
    return table;
  }

  /** {@code {revision: {"data": {path: {"data": values}}}}}; the work tree alone has no name. */
  static String json(Map<String, Map<String, JsonNode>> revisions) {
    ObjectNode json = Json.mapper().createObjectNode();
    revisions.forEach(
        (revision, files) -> {
          boolean alone = revisions.size() == 1 && revision.equals(Snapshot.WORKSPACE);
          ObjectNode data = json.putObject(alone ? "" : revision).putObject("data");
          files.forEach((path, file) -> data.putObject(path).set("data", file));
        });
    return JsonOutput.line(json);
  }

  /** A row for each value that differs. */
  Table differences(List<Difference> differences, String before, String after, Columns columns) {
    List<String> headings = new ArrayList<>(columns.path ? List.of("Path") : List.of());
    headings.addAll(List.of(what, before, after));
    headings.addAll(columns.change ? List.of("Change") : List.of());
    Table table = new Table(headings);
    for (Difference each : differences) {
      List<String> cells = new ArrayList<>(columns.path ? List.of(each.path()) : List.of());
      cells.addAll(List.of(each.name(), text.apply(each.before()), text.apply(each.after())));
      cells.addAll(columns.change ? List.of(text.apply(each.change())) : List.of());
      table.add(cells);
    }
    return table;
  }

  /** Which columns besides the values. */
  record Columns(boolean path, boolean change) {}
}
