package dev.ftpipe.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ftpipe.base.Location;
import dev.ftpipe.base.Nearest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The params files of a project, each read once, with the command line's values put over. */
public final class ParamFiles {
  public static final String DEFAULT = "params.yaml";

  private final Path root;
  private final ParamOverrides overrides;
  private final Problems problems;
  private final Map<String, Optional<Located>> read = new HashMap<>();
  private final Map<String, Boolean> there = new HashMap<>();
  private final List<Assignment> assignments = new ArrayList<>();

  public ParamFiles(Path root, ParamOverrides overrides, Problems problems) {
    this.root = root;
    this.overrides = overrides;
    this.problems = problems;
    overrides.assignments().forEach(option -> assignments.addAll(single(option)));
  }

  public boolean exists(String path) {
    return there.computeIfAbsent(path, name -> Files.exists(root.resolve(name)));
  }

  /**
   * The mapping that a file holds; an empty file is an empty one.
   *
   * @param path relative to the project
   * @return empty after adding to the problems, once, what is wrong with the file
   */
  public Optional<Located> mapping(String path) {
    return read.computeIfAbsent(path, this::load);
  }

  /**
   * The values of {@code params.yaml} under those of the command line; empty when there is none.
   */
  public Located defaults() {
    if (exists(DEFAULT) || !overrides.equals(ParamOverrides.NONE)) {
      return mapping(DEFAULT).orElseGet(() -> nothing(DEFAULT));
    }
    return nothing(DEFAULT);
  }

  /**
   * The files in which other values stand than those of the command line, with a text that says all
   * of them: what a command that reads such a file itself has to find there.
   */
  public Map<String, String> texts() {
    Set<String> files = new TreeSet<>();
    overrides.file().ifPresent(file -> files.add(DEFAULT));
    assignments.forEach(assignment -> files.add(assignment.file()));
    Map<String, String> texts = new TreeMap<>();
    for (String file : files) {
      Optional<String> own =
          exists(file) ? Yaml.text(root.resolve(file), file, problems) : Optional.of("");
      Optional<Located> values = mapping(file);
      if (own.isPresent() && values.isPresent()) {
        String text = ParamsCut.whole(file, own.get(), values.get().node());
        if (!text.equals(own.get())) {
          texts.put(file, text);
        }
      }
    }
    return texts;
  }

  private Optional<Located> load(String path) {
    Optional<Located> own =
        path.equals(DEFAULT) && !exists(path)
            ? Optional.of(nothing(path))
            : file(root.resolve(path), path);
    return own.map(values -> overridden(path, values));
  }

  private Optional<Located> file(Path file, String shownAs) {
    Optional<Located> content =
        Yaml.text(file, shownAs, problems)
            .flatMap(text -> ParamsFormat.of(shownAs).parse(text, shownAs, problems));
    if (content.isEmpty()) {
      return content;
    }
    if (content.get().node().isNull()) {
      return Optional.of(nothing(shownAs));
    }
    return Section.of(content.get(), "the file", problems).map(section -> content.get());
  }

  private Located overridden(String path, Located own) {
    Located values = own;
    if (path.equals(DEFAULT) && overrides.file().isPresent()) {
      Path file = overrides.file().get();
      Optional<Located> over = file(file, file.toString());
      if (over.isPresent()) {
        values = new Overlay(Overlay.Same.REPLACED, problems).merge(values, over.get());
      }
    }
    for (Assignment assignment : assignments) {
      if (assignment.file().equals(path)) {
        values = assign(values, assignment);
      }
    }
    return values;
  }

  private List<Assignment> single(String option) {
    List<Assignment> choices = Assignment.parse(option, problems);
    if (choices.size() > 1) {
      problems.add(
          Location.ofArgument("-S " + option),
          "has " + choices.size() + " values; one is expected here ([a,b] is a list)");
    }
    return choices;
  }

  private Located assign(Located values, Assignment assignment) {
    Location at = assignment.at();
    Optional<Located> value =
        assignment.node(problems).map(node -> new Located(node, Place.of(at)));
    if (value.isEmpty()) {
      return values;
    }
    Overlay overlay = new Overlay(Overlay.Same.REPLACED, problems);
    Optional<Located> assigned =
        switch (assignment.kind()) {
          case SET -> overlay.replace(values, assignment.steps(), value.get());
          case ADD, SET_OR_ADD -> overlay.put(values, assignment.steps(), value.get());
          case REMOVE -> Overlay.without(values, assignment.steps());
        };
    if (assigned.isEmpty()) {
      String name = assignment.name();
      problems.add(
          at,
          "there is no parameter '"
              + name
              + "' in "
              + assignment.file()
              + Nearest.hint(name, names(values.node())));
    }
    return assigned.orElse(values);
  }

  /** The dotted names of all values in a mapping. */
  private static List<String> names(JsonNode mapping) {
    List<String> names = new ArrayList<>();
    addNames("", mapping, names);
    return names;
  }

  private static void addNames(String prefix, JsonNode node, List<String> names) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      names.add(prefix + entry.getKey());
      addNames(prefix + entry.getKey() + ".", entry.getValue(), names);
    }
  }

  private static Located nothing(String shownAs) {
    return new Located(
        JsonNodeFactory.instance.objectNode(), Place.of(new Location(shownAs, 1, 1)));
  }
}
