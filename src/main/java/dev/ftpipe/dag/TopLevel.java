package dev.ftpipe.dag;

import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import java.util.Set;
import java.util.TreeSet;

/** Checks the form of what a pipeline says about its files besides its stages, as in DVC. */
final class TopLevel {
  private static final Set<String> PLOT =
      new TreeSet<>(Set.of("x", "y", "x_label", "y_label", "title", "template"));
  private static final Set<String> ARTIFACT =
      new TreeSet<>(Set.of("path", "desc", "type", "labels", "meta"));

  private final Problems problems;

  TopLevel(Problems problems) {
    this.problems = problems;
  }

  void check(Section top) {
    top.list("params").forEach(item -> path(item, "params"));
    top.list("metrics").forEach(item -> path(item, "metrics"));
    if (top.get("plots").filter(plots -> plots.node().isObject()).isPresent()) {
      top.get("plots").ifPresent(this::plotsByName);
    } else {
      top.list("plots").forEach(this::plot);
    }
    if (top.has("artifacts")) {
      top.section("artifacts").ifPresent(this::artifacts);
    }
  }

  private void path(Located item, String key) {
    if (!item.node().isTextual()) {
      problems.add(
          item.place(), "'" + key + "' lists files; found " + Section.describe(item.node()));
    }
  }

  private void plot(Located plot) {
    if (plot.node().isObject()) {
      plotsByName(plot);
    } else {
      path(plot, "plots");
    }
  }

  private void plotsByName(Located plots) {
    plots
        .members()
        .forEach(
            (name, settings) -> {
              if (!settings.node().isNull()) {
                Section.of(settings, "plot '" + name + "'", problems)
                    .ifPresent(section -> section.allowOnly(PLOT));
              }
            });
  }

  private void artifacts(Section artifacts) {
    artifacts
        .members()
        .forEach(
            (name, value) ->
                Section.of(value, "artifact '" + name + "'", problems)
                    .map(section -> section.allowOnly(ARTIFACT))
                    .filter(section -> section.text("path").isEmpty())
                    .ifPresent(
                        section ->
                            problems.add(
                                section.place().key(), "artifact '" + name + "' has no 'path'")));
  }
}
