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

/** The params files of a project, each read once, with the command line's values put over. */
public final class ParamFiles {
  public static final String DEFAULT = "params.yaml";

  private final Path root;
  private final ParamOverrides overrides;
  private final Problems problems;
  private final Map<String, Optional<Located>> read = new HashMap<>();

  public ParamFiles(Path root, ParamOverrides overrides, Problems problems) {
    this.root = root;
    this.overrides = overrides;
    this.problems = problems;
  }

  public boolean exists(String path) {
    return Files.exists(root.resolve(path));
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

  private Optional<Located> load(String path) {
    if (!path.equals(DEFAULT)) {
      return file(root.resolve(path), path);
    }
    Optional<Located> own =
        exists(path) ? file(root.resolve(path), path) : Optional.of(nothing(path));
    return own.map(this::overridden);
  }

  private Optional<Located> file(Path file, String shownAs) {
    if (shownAs.endsWith(".toml") || shownAs.endsWith(".py")) {
      problems.add(
          new Location(shownAs, 1, 1), "is no YAML or JSON, the forms that params are read from");
      return Optional.empty();
    }
    Optional<Located> content = Yaml.read(file, shownAs, problems);
    if (content.isEmpty()) {
      return content;
    }
    if (content.get().node().isNull()) {
      return Optional.of(nothing(shownAs));
    }
    return Section.of(content.get(), "the file", problems).map(section -> content.get());
  }

  private Located overridden(Located own) {
    Located values = own;
    if (overrides.file().isPresent()) {
      Path file = overrides.file().get();
      Optional<Located> over = file(file, file.toString());
      if (over.isPresent()) {
        values = new Overlay(Overlay.Same.REPLACED, problems).merge(values, over.get());
      }
    }
    for (String assignment : overrides.assignments()) {
      values = assign(values, assignment);
    }
    return values;
  }

  private Located assign(Located values, String assignment) {
    String shownAs = "-S " + assignment;
    int equals = assignment.indexOf('=');
    Optional<Expression> name =
        equals < 0 ? Optional.empty() : Expression.parse(assignment.substring(0, equals));
    if (name.isEmpty()) {
      problems.add(
          new Location(shownAs, 1, 1), "has to be NAME=VALUE, as in train.learning_rate=1e-4");
      return values;
    }
    Optional<Located> value = Yaml.parse(assignment.substring(equals + 1), shownAs, problems);
    if (value.isEmpty()) {
      return values;
    }
    Optional<Located> assigned = Overlay.replace(values, name.get().steps(), value.get());
    if (assigned.isEmpty()) {
      String dotted = name.get().prefix(name.get().steps().size());
      problems.add(
          new Location(shownAs, 1, 1),
          "there is no parameter '"
              + dotted
              + "' in "
              + DEFAULT
              + Nearest.hint(dotted, names(values.node())));
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
