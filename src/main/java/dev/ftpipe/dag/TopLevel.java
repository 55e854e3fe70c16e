package dev.ftpipe.dag;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.config.Section;
import dev.ftpipe.config.Template;
import dev.ftpipe.config.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a pipeline says about its files besides its stages, as in DVC. */
final class TopLevel {
  private static final Set<String> ARTIFACT = Set.of("path", "desc", "type", "labels", "meta");

  private final Template template;
  private final Problems problems;

  TopLevel(Variables variables, Problems problems) {
    this.template = new Template(variables, Template.Mappings.REFUSED, problems);
    this.problems = problems;
  }

  Catalog read(Section top) {
    List<Catalog.ParamsFile> params = new ArrayList<>();
    for (Located item : resolved(top.list("params"))) {
      path(item, "'params' lists files")
          .ifPresent(
              path -> params.add(new Catalog.ParamsFile(path, List.of(), item.place().at())));
    }
    List<Catalog.MetricsFile> metrics = new ArrayList<>();
    for (Located item : resolved(top.list("metrics"))) {
      path(item, "'metrics' lists files")
          .ifPresent(
              path ->
                  metrics.add(new Catalog.MetricsFile(path, Optional.empty(), item.place().at())));
    }
    List<Catalog.Artifact> artifacts =
        top.has("artifacts")
            ? top.section("artifacts").map(this::artifacts).orElse(List.of())
            : List.of();
    return new Catalog(params, metrics, plots(top), artifacts);
  }

  private List<Located> resolved(List<Located> items) {
    return items.stream().map(template::resolve).toList();
  }

  private Optional<String> path(Located item, String what) {
    if (!item.node().isTextual()) {
      problems.add(item.place(), what + "; found " + Section.describe(item.node()));
      return Optional.empty();
    }
    ProjectPaths.Checked checked = ProjectPaths.from(".", item.node().textValue());
    if (!checked.ok()) {
      problems.add(item.place(), checked.problem());
    }
    return Optional.of(checked.path()).filter(path -> checked.ok());
  }

  private List<Catalog.Plot> plots(Section top) {
    List<Catalog.Plot> plots = new ArrayList<>();
    Optional<Located> value = top.get("plots");
    List<Located> items =
        value.isPresent() && value.get().node().isObject()
            ? List.of(value.get())
            : top.list("plots");
    for (Located item : resolved(items)) {
      if (item.node().isObject()) {
        item.members().forEach((name, settings) -> plot(name, settings).ifPresent(plots::add));
      } else {
        path(item, "'plots' lists files")
            .ifPresent(path -> plots.add(PlotReader.plain(path, Optional.empty(), item)));
      }
    }
    return plots;
  }

  private Optional<Catalog.Plot> plot(String name, Located settings) {
    if (settings.node().isNull()) {
      return path(name, settings).map(path -> PlotReader.plain(path, Optional.empty(), settings));
    }
    return Section.of(settings, "plot '" + name + "'", problems)
        .map(section -> section.allowOnly(PlotReader.keys()))
        .flatMap(
            section ->
                (PlotReader.namesFiles(section) ? Optional.of(name) : path(name, settings))
                    .map(
                        id ->
                            new PlotReader(problems)
                                .read(id, section, Optional.empty(), settings)));
  }

  private Optional<String> path(String text, Located at) {
    ProjectPaths.Checked checked = ProjectPaths.from(".", text);
    if (!checked.ok()) {
      problems.addAtKey(at.place(), checked.problem());
    }
    return Optional.of(checked.path()).filter(path -> checked.ok());
  }

  private List<Catalog.Artifact> artifacts(Section section) {
    List<Catalog.Artifact> artifacts = new ArrayList<>();
    for (Map.Entry<String, Located> entry : section.members().entrySet()) {
      Located value = template.resolve(entry.getValue());
      Section.of(value, "artifact '" + entry.getKey() + "'", problems)
          .map(found -> found.allowOnly(ARTIFACT))
          .flatMap(found -> artifact(entry.getKey(), found))
          .ifPresent(artifacts::add);
    }
    return artifacts;
  }

  private Optional<Catalog.Artifact> artifact(String name, Section section) {
    List<String> labels = new ArrayList<>();
    for (Located label : section.list("labels")) {
      if (label.node().isTextual()) {
        labels.add(label.node().textValue());
      } else {
        problems.add(
            label.place(), "'labels' lists texts; found " + Section.describe(label.node()));
      }
    }
    Optional<String> type = section.text("type");
    Optional<String> description = section.text("desc");
    Optional<JsonNode> meta = section.get("meta").map(Located::node);
    Optional<Located> path = section.get("path");
    if (path.isEmpty()) {
      problems.add(section.place().key(), "artifact '" + name + "' has no 'path'");
    }
    return path.flatMap(found -> path(found, "'path' of artifact '" + name + "' is a path"))
        .map(
            found ->
                new Catalog.Artifact(
                    name, found, type, description, labels, meta, section.place().key()));
  }
}
