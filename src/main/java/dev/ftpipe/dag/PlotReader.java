package dev.ftpipe.dag;

import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads how a file is plotted. */
final class PlotReader {
  private static final Set<String> KEYS =
      Set.of("x", "y", "x_label", "y_label", "title", "template", "header");

  private final Problems problems;

  PlotReader(Problems problems) {
    this.problems = problems;
  }

  /** The keys that say how a file is plotted. */
  static Set<String> keys() {
    return KEYS;
  }

  /** A plot of a file without a word on how: its last column over the row's index. */
  static Catalog.Plot plain(String path, Optional<String> stage, Located at) {
    return new Catalog.Plot(
        path,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        true,
        stage,
        at.place().key());
  }

  /**
   * A plot.
   *
   * @param id path of a file, or a name where the settings name the files
   */
  Catalog.Plot read(String id, Section settings, Optional<String> stage, Located at) {
    List<Catalog.Axis> ys = ys(id, settings);
    List<Catalog.Axis> xs = xs(id, settings, ys);
    if (xs.size() > 1 && xs.size() != ys.size()) {
      settings
          .get("x")
          .ifPresent(
              x ->
                  problems.add(
                      x.place(),
                      "'x' names "
                          + xs.size()
                          + " columns and 'y' "
                          + ys.size()
                          + "; one 'x' for all, or one for each 'y'"));
    }
    return new Catalog.Plot(
        id,
        ys,
        xs,
        settings.text("template"),
        settings.text("title"),
        settings.text("x_label"),
        settings.text("y_label"),
        settings.flag("header", true),
        stage,
        at.place().key());
  }

  /** Whether the files of a plot are named in its settings, so that its own name is none. */
  static boolean namesFiles(Section settings) {
    return settings.get("y").filter(y -> y.node().isObject()).isPresent();
  }

  private List<Catalog.Axis> ys(String id, Section settings) {
    List<Catalog.Axis> axes = new ArrayList<>();
    settings
        .get("y")
        .ifPresent(
            y -> {
              if (y.node().isObject()) {
                y.members().forEach((file, columns) -> columns(file(file, columns), columns, axes));
              } else {
                columns(id, y, axes);
              }
            });
    return axes;
  }

  private List<Catalog.Axis> xs(String id, Section settings, List<Catalog.Axis> ys) {
    Optional<Located> x = settings.get("x");
    if (x.isEmpty()) {
      return List.of();
    }
    List<Catalog.Axis> axes = new ArrayList<>();
    if (x.get().node().isObject()) {
      x.get().members().forEach((file, columns) -> columns(file(file, columns), columns, axes));
    } else if (x.get().node().isTextual()) {
      String column = x.get().node().textValue();
      ys.forEach(y -> axes.add(new Catalog.Axis(y.file(), column)));
      if (ys.isEmpty()) {
        axes.add(new Catalog.Axis(id, column));
      }
    } else {
      problems.add(
          x.get().place(),
          "'x' is a column, or a mapping of a file to a column; found "
              + Section.describe(x.get().node()));
    }
    return axes;
  }

  private void columns(String file, Located columns, List<Catalog.Axis> into) {
    for (Located column : columns.node().isArray() ? columns.items() : List.of(columns)) {
      if (column.node().isTextual()) {
        into.add(new Catalog.Axis(file, column.node().textValue()));
      } else {
        problems.add(
            column.place(),
            "the name of a column is expected; found " + Section.describe(column.node()));
      }
    }
  }

  private String file(String text, Located at) {
    ProjectPaths.Checked checked = ProjectPaths.from(".", text);
    if (!checked.ok()) {
      problems.addAtKey(at.place(), checked.problem());
    }
    return checked.ok() ? checked.path() : text;
  }
}
