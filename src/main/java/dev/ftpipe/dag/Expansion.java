package dev.ftpipe.dag;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Place;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import dev.ftpipe.config.Template;
import dev.ftpipe.config.Variables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From the entries under {@code stages} to single stages: {@code foreach}/{@code do}, {@code
 * matrix}.
 */
final class Expansion {
  private static final int MOST_STAGES = 100_000;
  // They separate a file, a stage, an item and the parts of a path where a target is named.
  private static final String NOT_IN_NAMES = "@:/\\${}";

  private final Variables variables;
  private final Problems problems;

  Expansion(Variables variables, Problems problems) {
    this.variables = variables;
    this.problems = problems;
  }

  /** The stages that one entry stands for. */
  List<Entry> expand(String group, Located definition) {
    Place place = definition.place();
    checkName(group, place);
    Optional<Section> section = Section.of(definition, "stage '" + group + "'", problems);
    if (section.isEmpty()) {
      return List.of();
    }
    if (section.get().has("foreach") || section.get().has("do")) {
      return foreach(group, section.get());
    }
    if (section.get().has("matrix")) {
      return matrix(group, section.get(), definition);
    }
    return List.of(new Entry(group, group, place.key(), definition, variables));
  }

  private void checkName(String name, Place place) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (NOT_IN_NAMES.indexOf(c) >= 0 || Character.isISOControl(c)) {
        problems.add(
            place.key(),
            "stage name '" + name + "' holds '" + c + "'; use letters, digits, '_' and '-'");
        return;
      }
    }
    if (name.isBlank()) {
      problems.add(place.key(), "a stage name may not be empty");
    }
  }

  private List<Entry> foreach(String group, Section section) {
    section.allowOnly(Set.of("foreach", "do", "desc"));
    Optional<Located> data = section.get("foreach");
    Optional<Located> body = section.get("do").map(each -> described(each, section.get("desc")));
    if (data.isEmpty() || body.isEmpty()) {
      problems.add(
          section.place().key(),
          "stage '"
              + group
              + "' has '"
              + (data.isEmpty() ? "do" : "foreach")
              + "' without '"
              + (data.isEmpty() ? "foreach" : "do")
              + "'; they go together");
      return List.of();
    }
    Located items = resolve(data.get());
    if (items.node().isObject()) {
      return each(group, section.place(), body.get(), pairs(items));
    }
    if (items.node().isArray()) {
      return each(group, section.place(), body.get(), elements(items));
    }
    problems.add(
        items.place(),
        "'foreach' goes over a list or a mapping; found " + Section.describe(items.node()));
    return List.of();
  }

  /** The description of the group is that of every stage without one. */
  private static Located described(Located body, Optional<Located> description) {
    if (description.isEmpty() || !body.node().isObject() || body.node().has("desc")) {
      return body;
    }
    Map<String, Located> members = body.members();
    members.put("desc", description.get());
    return Located.mapping(body.place(), members);
  }

  /** What an instance is called and the variables it sees besides the pipeline's. */
  private record Instance(String item, Place place, Map<String, Located> variables) {}

  private List<Instance> pairs(Located items) {
    List<Instance> instances = new ArrayList<>();
    items
        .members()
        .forEach(
            (key, value) ->
                instances.add(
                    new Instance(
                        key,
                        value.place(),
                        Map.of("item", value, "key", text(key, value.place())))));
    return instances;
  }

  /** As DVC names them: by their text, or by their index as soon as one is a list or mapping. */
  private List<Instance> elements(Located items) {
    boolean plain = items.items().stream().noneMatch(item -> item.node().isContainerNode());
    List<Instance> instances = new ArrayList<>();
    for (Located item : items.items()) {
      String name = plain ? Template.text(item.node()) : String.valueOf(instances.size());
      instances.add(new Instance(name, item.place(), Map.of("item", item)));
    }
    return instances;
  }

  private List<Entry> matrix(String group, Section section, Located definition) {
    Located axes = resolve(section.get("matrix").orElseThrow());
    if (!axes.node().isObject()) {
      problems.add(
          axes.place(), "'matrix' is a mapping of lists; found " + Section.describe(axes.node()));
      return List.of();
    }
    long count = 1;
    for (var axis : axes.members().entrySet()) {
      if (!axis.getValue().node().isArray()) {
        problems.add(
            axis.getValue().place(),
            "'"
                + axis.getKey()
                + "' of 'matrix' has to be a list; found "
                + Section.describe(axis.getValue().node()));
        return List.of();
      }
      count = Math.min(count * axis.getValue().node().size(), MOST_STAGES + 1);
    }
    if (count > MOST_STAGES) {
      problems.add(axes.place(), "'matrix' makes more than " + MOST_STAGES + " stages");
      return List.of();
    }
    return each(group, section.place(), without(definition, "matrix"), combinations(axes));
  }

  private static Located without(Located definition, String key) {
    ObjectNode rest = ((ObjectNode) definition.node()).objectNode();
    rest.setAll((ObjectNode) definition.node());
    rest.remove(key);
    return new Located(rest, definition.place());
  }

  /** Every choice of one value an axis, the last axis the fastest. */
  private static List<Instance> combinations(Located axes) {
    List<Map<String, Located>> choices = List.of(Map.of());
    List<String> names = List.of("");
    for (var axis : axes.members().entrySet()) {
      List<Map<String, Located>> longer = new ArrayList<>();
      List<String> longerNames = new ArrayList<>();
      for (int i = 0; i < choices.size(); i++) {
        int index = 0;
        for (Located value : axis.getValue().items()) {
          Map<String, Located> choice = new LinkedHashMap<>(choices.get(i));
          choice.put(axis.getKey(), value);
          longer.add(choice);
          String name =
              value.node().isContainerNode() ? axis.getKey() + index : Template.text(value.node());
          longerNames.add(names.get(i).isEmpty() ? name : names.get(i) + "-" + name);
          index++;
        }
      }
      choices = longer;
      names = longerNames;
    }
    List<Instance> instances = new ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      Located item = Located.mapping(axes.place(), choices.get(i));
      instances.add(
          new Instance(
              names.get(i),
              axes.place(),
              Map.of("item", item, "key", text(names.get(i), axes.place()))));
    }
    return instances;
  }

  private List<Entry> each(String group, Place place, Located body, List<Instance> instances) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Instance instance : instances) {
      String name = group + "@" + instance.item();
      Entry entry = new Entry(name, group, place.key(), body, variables.with(instance.variables()));
      Entry first = entries.putIfAbsent(name, entry);
      if (first != null && !first.variables().sameAs(entry.variables())) {
        problems.add(instance.place(), "stage '" + name + "' is made twice, of different values");
      }
    }
    return List.copyOf(entries.values());
  }

  private Located resolve(Located value) {
    return new Template(variables, Template.Mappings.REFUSED, problems).resolve(value);
  }

  private static Located text(String text, Place place) {
    return new Located(TextNode.valueOf(text), place);
  }
}
