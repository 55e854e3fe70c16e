package dev.ftpipe.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.cloud.NodeSpec.Accelerator;
import dev.ftpipe.cloud.NodeSpec.Amount;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
          "labels");

  /** Around the choices, and not in one of them. */
  private static final Set<String> KEYS_AROUND = Set.of("any_of", "ordered", "autostop");

  /** What only those are told who sell machines. */
  private static final List<String> OF_CLOUDS = List.of("region", "zone", "image_id", "labels");

  private final Problems problems;

  ResourcesReader(Problems problems) {
    this.problems = problems;
  }

  List<NodeSpec> read(Section section) {
    SkyPilotWords.allowOnly(
        section,
        Stream.of(KEYS, KEYS_AROUND, SkyPilotWords.WITHOUT_EFFECT)
            .flatMap(Set::stream)
            .collect(Collectors.toSet()),
        problems);
    List<NodeSpec> any = new ArrayList<>();
    for (String key : List.of("any_of", "ordered")) {
      for (Located item : section.list(key)) {
        Section.of(item, "a choice of '" + key + "'", problems)
            .map(
                choice ->
                    SkyPilotWords.allowOnly(
                        choice,
                        Stream.concat(KEYS.stream(), SkyPilotWords.WITHOUT_EFFECT.stream())
                            .collect(Collectors.toSet()),
                        problems))
            .flatMap(choice -> Section.of(over(section, item), key, problems))
            .ifPresent(choice -> any.add(one(choice)));
      }
    }
    return any.isEmpty() ? List.of(one(section)) : List.copyOf(any);
  }

  /** The keys that say nothing to those who have machines already. */
  static List<String> ofClouds(Section section) {
    return OF_CLOUDS.stream().filter(section::has).toList();
  }

  /** What a choice does not say is as around it. */
  private static Located over(Section around, Located item) {
    Map<String, Located> both = new java.util.LinkedHashMap<>(around.members());
    both.keySet().removeAll(KEYS_AROUND);
    both.putAll(item.members());
    return Located.mapping(item.place(), both);
  }

  private NodeSpec one(Section section) {
    // As SkyPilot has it: CLOUD[/REGION[/ZONE]].
    List<String> infra =
        section
            .text("infra")
            .or(() -> section.text("cloud"))
            .map(text -> List.of(text.split("/", -1)))
            .orElse(List.of());
    Optional<String> region = section.text("region").or(() -> part(infra, 1));
    return new NodeSpec(
        part(infra, 0),
        accelerators(section),
        amount(section, "cpus"),
        size(section, "memory").orElse(Amount.ANY),
        section.text("instance_type"),
        size(section, "disk_size").map(size -> (int) Math.ceil(size.number())),
        section.flag("use_spot", false),
        new NodeSpec.Place(
            region,
            section.text("zone").or(() -> part(infra, 2)),
            image(section, region),
            labels(section)));
  }

  private static Optional<String> part(List<String> infra, int index) {
    return infra.stream()
        .skip(index)
        .findFirst()
        .filter(text -> !text.isEmpty() && !text.equals("*"));
  }

  /** One for everywhere, or one for each region. */
  private static Optional<String> image(Section section, Optional<String> region) {
    Optional<Located> given = section.get("image_id");
    return given
        .filter(each -> each.node().isObject())
        .map(each -> region.map(each.members()::get).map(image -> image.node().asText()))
        .orElseGet(() -> section.text("image_id"));
  }

  private static Map<String, String> labels(Section section) {
    Map<String, String> labels = new java.util.TreeMap<>();
    section
        .section("labels")
        .ifPresent(all -> all.members().forEach((k, v) -> labels.put(k, v.node().asText())));
    return labels;
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
      section.text("accelerators").ifPresent(text -> add(text, given.get(), all));
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

  private Optional<Amount> size(Section section, String key) {
    Optional<Located> given = section.get(key);
    Optional<Amount> size = given.filter(each -> each.node().isValueNode()).flatMap(this::gib);
    if (given.isPresent() && size.isEmpty()) {
      problems.add(
          given.get().place(),
          "'"
              + key
              + "' has to be GiB or a size, such as 64 or 64GB"
              + (key.equals("memory") ? ", with a plus for more, such as 64+" : "")
              + "; found '"
              + given.get().node().asText()
              + "'");
    }
    return size;
  }

  private Optional<Amount> gib(Located given) {
    return SkyPilotWords.gib(given.node().asText());
  }

  /** As SkyPilot has it: a number alone is exactly that. */
  private Amount amount(Section section, String key) {
    Optional<Located> given = section.get(key);
    if (given.isEmpty()) {
      return Amount.ANY;
    }
    String text = given.get().node().asText();
    if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,3})?\\+?")) {
      problems.add(
          given.get().place(),
          "'" + key + "' has to be a number, or one with a plus, such as 8+; found '" + text + "'");
      return Amount.ANY;
    }
    return new Amount(Double.parseDouble(text.replace("+", "")), text.endsWith("+"));
  }
}
