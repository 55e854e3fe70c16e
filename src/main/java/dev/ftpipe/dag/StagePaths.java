package dev.ftpipe.dag;

import dev.ftpipe.base.Location;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.config.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Collects the paths of one stage, checked and relative to the project. */
final class StagePaths {
  private static final Set<String> OUTPUT_KEYS =
      Set.of("cache", "persist", "push", "remote", "desc", "type", "labels", "meta");
  private static final Set<String> OUR_FOLDERS = Set.of(".ftpipe", ".git", ".dvc");
  private static final Set<String> OUR_FILES =
      Set.of("pipeline.yaml", "pipeline.lock", "dvc.yaml", "dvc.lock");

  private final String folder;
  private final Problems problems;
  private final Set<String> deps = new LinkedHashSet<>();
  private final List<Output> outs = new ArrayList<>();
  private final Map<String, Location> places = new HashMap<>();
  private final List<PlotOutput> plots = new ArrayList<>();

  /**
   * No paths yet.
   *
   * @param folder what they will be relative to; itself relative to the project
   */
  StagePaths(String folder, Problems problems) {
    this.folder = folder;
    this.problems = problems;
  }

  List<String> deps() {
    return List.copyOf(deps);
  }

  List<Output> outs() {
    return List.copyOf(outs);
  }

  Map<String, Location> places() {
    return places;
  }

  List<PlotOutput> plots() {
    return plots;
  }

  /**
   * An output that is a plot.
   *
   * @param settings empty when there is no word on how it is plotted
   */
  record PlotOutput(String path, Optional<Section> settings, Located at) {
    Catalog.Plot read(String stage, Problems problems) {
      return settings
          .map(found -> new PlotReader(problems).read(path, found, Optional.of(stage), at))
          .orElseGet(() -> PlotReader.plain(path, Optional.of(stage), at));
    }
  }

  /** The checked path of a text; empty after adding what is wrong with it. */
  Optional<String> path(Located value, String what) {
    if (!value.node().isTextual()) {
      problems.add(
          value.place(), what + " has to be a path; found " + Section.describe(value.node()));
      return Optional.empty();
    }
    return path(value.node().textValue(), value);
  }

  private Optional<String> path(String text, Located at) {
    ProjectPaths.Checked checked = ProjectPaths.from(folder, text);
    if (!checked.ok()) {
      problems.add(at.place(), checked.problem());
      return Optional.empty();
    }
    places.putIfAbsent(checked.path(), at.place().at());
    return Optional.of(checked.path());
  }

  /** Adds a dependency; naming one twice is a mistake. */
  void dependency(Located value) {
    Optional<String> path = path(value, "a dependency");
    if (path.isPresent() && !deps.add(path.get())) {
      problems.add(value.place(), "dependency '" + path.get() + "' is named twice");
    }
  }

  /** Adds a path that a call reads; two ports may read the same. */
  Optional<String> input(Located value, String port) {
    Optional<String> path = path(value, "input '" + port + "'");
    path.ifPresent(deps::add);
    return path;
  }

  /** Adds an output in the form {@code path}, or {@code {path: {cache: …}}} as in {@code outs}. */
  void output(Located value, Output.Role role) {
    if (!value.node().isObject() || value.node().size() != 1) {
      Optional<String> path = path(value, "an output");
      if (path.isPresent()) {
        add(value, path.get(), role, Optional.empty());
        plot(path.get(), role, value, Optional.empty());
      }
      return;
    }
    value
        .members()
        .forEach(
            (text, settings) -> {
              Located key = new Located(settings.node(), settings.place().ofKey());
              Optional<Section> section =
                  settings.node().isNull()
                          || (role == Output.Role.PLOT && settings.node().isArray())
                      ? Optional.empty()
                      : Section.of(settings, "what follows output '" + text + "'", problems);
              section.ifPresent(found -> found.allowOnly(keys(role)));
              path(text, key)
                  .ifPresent(
                      path -> {
                        add(key, path, role, section);
                        plot(path, role, settings, section);
                      });
            });
  }

  /** Adds an output in the form {@code path}, or {@code {path: …, cache: …}} as in {@code out}. */
  Optional<String> output(Located value, String port, Output.Role role) {
    if (!value.node().isObject()) {
      Optional<String> path = path(value, "output '" + port + "'");
      path.ifPresent(found -> add(value, found, role, Optional.empty()));
      return path;
    }
    Optional<Section> section = Section.of(value, "output '" + port + "'", problems);
    Set<String> known = new LinkedHashSet<>(List.of("path", "cache", "push", "persist"));
    known.addAll(List.of("remote", "desc"));
    section.ifPresent(found -> found.allowOnly(known));
    Optional<Located> text = value.member("path");
    if (text.isEmpty()) {
      problems.add(value.place(), "output '" + port + "' has no 'path'");
    }
    Optional<String> path = text.flatMap(found -> path(found, "output '" + port + "'"));
    path.ifPresent(found -> add(text.orElse(value), found, role, section));
    return path;
  }

  /** A file may be plotted in several ways: then its settings are a list. */
  private void plot(String path, Output.Role role, Located value, Optional<Section> settings) {
    if (role != Output.Role.PLOT) {
      return;
    }
    if (!value.node().isArray()) {
      plots.add(new PlotOutput(path, settings, value));
    }
    for (Located item : value.items()) {
      Section.of(item, "a plot of '" + path + "'", problems)
          .map(section -> section.allowOnly(keys(role)))
          .ifPresent(section -> plots.add(new PlotOutput(path, Optional.of(section), item)));
    }
  }

  private static Set<String> keys(Output.Role role) {
    Set<String> known = new LinkedHashSet<>(OUTPUT_KEYS);
    if (role == Output.Role.PLOT) {
      known.addAll(PlotReader.keys());
    }
    return known;
  }

  private void add(Located at, String path, Output.Role role, Optional<Section> settings) {
    String first = path.indexOf('/') < 0 ? path : path.substring(0, path.indexOf('/'));
    if (path.equals(".")) {
      problems.add(at.place(), "the project folder itself cannot be an output");
      return;
    }
    if (OUR_FOLDERS.contains(first) || OUR_FILES.contains(path)) {
      problems.add(at.place(), "'" + path + "' belongs to the project and cannot be an output");
    }
    if (settings.isEmpty()) {
      outs.add(new Output(path, role, true, false, true, Optional.empty(), Optional.empty()));
      return;
    }
    outs.add(
        new Output(
            path,
            role,
            settings.map(found -> found.flag("cache", true)).orElse(true),
            settings.map(found -> found.flag("persist", false)).orElse(false),
            settings.map(found -> found.flag("push", true)).orElse(true),
            settings.flatMap(found -> found.text("remote")),
            settings.flatMap(found -> found.text("desc"))));
  }
}
