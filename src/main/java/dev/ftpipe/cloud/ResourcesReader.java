package dev.ftpipe.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.cloud.NodeSpec.Accelerator;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code resources:} of a task file. */
final class ResourcesReader {
  private static final Set<String> KEYS =
      Set.of(
          "infra",
          "cloud",
          "region",
          "zone",
          "accelerators",
          "cpus",
          "memory",
          "instance_type",
          "use_spot",
          "disk_size",
          "image_id",
          "labels",
          "any_of",
          "ordered",
          "autostop");

  /** What is read, checked, and told to no provider. */
  private static final List<String> UNUSED =
      List.of("region", "zone", "image_id", "labels", "autostop");

  private final Problems problems;

  ResourcesReader(Problems problems) {
    this.problems = problems;
  }

  List<NodeSpec> read(Section section) {
    section.allowOnly(KEYS);
    List<NodeSpec> any = new ArrayList<>();
    for (String key : List.of("any_of", "ordered")) {
      for (Located item : section.list(key)) {
        Located merged = over(section, item);
        Section.of(merged, "a choice of '" + key + "'", problems)
            .ifPresent(choice -> any.add(one(choice.allowOnly(KEYS))));
      }
    }
    return any.isEmpty() ? List.of(one(section)) : List.copyOf(any);
  }

  /** The keys that change nothing; of several choices only the first one is tried. */
  static List<String> unused(Section section) {
    List<String> unused = new ArrayList<>(UNUSED.stream().filter(section::has).toList());
    for (String key : List.of("any_of", "ordered")) {
      if (section.list(key).size() > 1) {
        unused.add(key + " after the first");
      }
    }
    return unused;
  }

  /** What a choice does not say is as around it. */
  private static Located over(Section around, Located item) {
    if (!item.node().isObject()) {
      return item;
    }
    Map<String, Located> both = new java.util.LinkedHashMap<>(around.members());
    both.keySet().removeAll(Set.of("any_of", "ordered"));
    both.putAll(item.members());
    return Located.mapping(item.place(), both);
  }

  private NodeSpec one(Section section) {
    return new NodeSpec(
        section.text("infra").or(() -> section.text("cloud")),
        accelerators(section),
        atLeast(section, "cpus"),
        atLeast(section, "memory"),
        section.text("instance_type"),
        section.count("disk_size"),
        section.flag("use_spot", false));
  }

  private List<Accelerator> accelerators(Section section) {
    Optional<Located> given = section.get("accelerators");
    List<Accelerator> all = new ArrayList<>();
    if (given.isEmpty()) {
      return all;
    }
    JsonNode node = given.get().node();
    if (node.isObject()) {
      given
          .get()
          .members()
          .forEach((name, count) -> add(name + ":" + count.node().asText(), count, all));
    } else if (node.isArray()) {
      given.get().items().forEach(item -> add(item.node().asText(), item, all));
    } else {
      add(node.asText(), given.get(), all);
    }
    return all;
  }

  private void add(String text, Located at, List<Accelerator> all) {
    if (text.matches("[A-Za-z][A-Za-z0-9 ._-]*(:[1-9][0-9]?)?")) {
      int colon = text.indexOf(':');
      all.add(
          colon < 0
              ? new Accelerator(text, 1)
              : new Accelerator(
                  text.substring(0, colon), Integer.parseInt(text.substring(colon + 1))));
    } else {
      problems.add(
          at.place(),
          "an accelerator is a name and a number, such as A10G:1; found '" + text + "'");
    }
  }

  private double atLeast(Section section, String key) {
    Optional<Located> given = section.get(key);
    if (given.isEmpty()) {
      return 0;
    }
    String text = given.get().node().asText();
    if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,3})?\\+?")) {
      problems.add(
          given.get().place(),
          "'" + key + "' has to be a number, or one with a plus, such as 8+; found '" + text + "'");
      return 0;
    }
    return Double.parseDouble(text.replace("+", ""));
  }
}
