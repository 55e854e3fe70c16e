package dev.ftpipe.report;

import dev.ftpipe.base.Location;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Catalog.Axis;
import dev.ftpipe.dag.Catalog.Plot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Fills plots with the data of revisions. */
public final class Charts {
  private static final Set<String> LINES = Set.of("linear", "simple", "smooth");

  private final List<? extends PlotSource> snapshots;
  private final Problems problems;
  private final Consumer<String> notes;
  private final Map<String, Optional<PlotTable>> tables = new HashMap<>();

  /**
   * Charts of these revisions, one over the other.
   *
   * @param problems what is wrong with the files
   * @param notes hears what is drawn otherwise than the pipeline asks for
   */
  public Charts(List<? extends PlotSource> snapshots, Problems problems, Consumer<String> notes) {
    this.snapshots = snapshots;
    this.problems = problems;
    this.notes = notes;
  }

  /** The chart of a plot; empty when no revision has data for it. */
  public Optional<Chart> of(Plot defined, PlotStyle style) {
    Plot plot = style.over(defined);
    if (plot.ys().isEmpty() && PlotImages.isImage(plot.id())) {
      List<Chart.Image> images = new ArrayList<>();
      for (PlotSource snapshot : snapshots) {
        snapshot
            .read(plot.id())
            .ifPresent(
                bytes ->
                    images.add(
                        new Chart.Image(snapshot.name(), PlotImages.dataUri(plot.id(), bytes))));
      }
      return images.isEmpty()
          ? Optional.empty()
          : Optional.of(Chart.ofImages(plot.title().orElse(plot.id()), images));
    }
    List<Pair> pairs = new ArrayList<>();
    snapshots.forEach(snapshot -> pairs.addAll(pairs(snapshot, plot)));
    if (pairs.isEmpty()) {
      return Optional.empty();
    }
    String template = plot.template().orElse("linear");
    return Optional.of(
        template.startsWith("confusion")
            ? confusion(plot, pairs, template.endsWith("normalized"))
            : points(plot, pairs, kind(plot, template)));
  }

  /** Two columns of one revision. */
  private record Pair(
      PlotSource snapshot, String xName, List<String> xs, String yName, List<String> ys) {}

  private List<Pair> pairs(PlotSource snapshot, Plot plot) {
    List<Axis> ys = plot.ys();
    if (ys.isEmpty()) {
      ys = lastColumn(snapshot, plot).map(List::of).orElse(List.of());
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < ys.size(); i++) {
      Axis y = ys.get(i);
      Optional<List<String>> values = column(snapshot, plot, y);
      if (values.isEmpty()) {
        continue;
      }
      Optional<Axis> x =
          plot.xs().isEmpty()
              ? Optional.empty()
              : Optional.of(plot.xs().get(plot.xs().size() == 1 ? 0 : i));
      Optional<List<String>> places = x.flatMap(axis -> column(snapshot, plot, axis));
      if (x.isEmpty() || places.isPresent()) {
        pairs.add(
            new Pair(
                snapshot,
                x.map(Axis::column).orElse("step"),
                places.orElseGet(() -> indices(values.get().size())),
                y.column(),
                values.get()));
      }
    }
    return pairs;
  }

  private Optional<Axis> lastColumn(PlotSource snapshot, Plot plot) {
    return table(snapshot, plot, plot.id())
        .filter(table -> !table.columns().isEmpty())
        .map(table -> new Axis(plot.id(), table.columns().get(table.columns().size() - 1)));
  }

  private Optional<List<String>> column(PlotSource snapshot, Plot plot, Axis axis) {
    Optional<PlotTable> table = table(snapshot, plot, axis.file());
    Optional<List<String>> column = table.flatMap(found -> found.column(axis.column()));
    if (table.isPresent() && column.isEmpty()) {
      problems.add(
          new Location(axis.file(), 1, 1),
          "has no column '"
              + axis.column()
              + "'"
              + Nearest.hint(axis.column(), table.get().columns()));
    }
    return column;
  }

  private Optional<PlotTable> table(PlotSource snapshot, Plot plot, String file) {
    return tables.computeIfAbsent(
        snapshot.name() + "\0" + file,
        key ->
            snapshot
                .read(file)
                .flatMap(bytes -> PlotTable.parse(file, bytes, plot.header(), problems)));
  }

  private static List<String> indices(int count) {
    List<String> indices = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      indices.add(String.valueOf(i));
    }
    return indices;
  }

  private Chart.Kind kind(Plot plot, String template) {
    if (template.startsWith("scatter")) {
      return Chart.Kind.SCATTER;
    }
    if (template.startsWith("bar")) {
      return Chart.Kind.BAR;
    }
    if (!LINES.contains(template)) {
      notes.accept(
          plot.at()
              + ": the template '"
              + template
              + "' is not known and drawn as lines; known are linear, simple, smooth, scatter,"
              + " bar_horizontal, confusion, confusion_normalized");
    }
    return Chart.Kind.LINE;
  }

  private Chart points(Plot plot, List<Pair> pairs, Chart.Kind kind) {
    boolean categories =
        kind == Chart.Kind.BAR
            || pairs.stream()
                .anyMatch(pair -> pair.xs().stream().anyMatch(x -> number(x).isEmpty()));
    boolean oneColumn = pairs.stream().map(Pair::yName).distinct().count() == 1;
    boolean oneRevision = snapshots.size() == 1;
    List<Chart.Series> series = new ArrayList<>();
    for (Pair pair : pairs) {
      List<Chart.Point> points = new ArrayList<>(pair.ys().size());
      for (int i = 0; i < Math.min(pair.xs().size(), pair.ys().size()); i++) {
        String x = pair.xs().get(i);
        points.add(
            new Chart.Point(
                categories ? x : number(x).orElseThrow(), number(pair.ys().get(i)).orElse(null)));
      }
      String name =
          oneColumn
              ? pair.snapshot().name()
              : oneRevision ? pair.yName() : pair.snapshot().name() + " " + pair.yName();
      series.add(new Chart.Series(name, points));
    }
    return new Chart(
        plot.title().orElse(plot.id()),
        kind,
        plot.xLabel().orElse(pairs.get(0).xName()),
        plot.yLabel().orElse(oneColumn ? pairs.get(0).yName() : ""),
        categories,
        series,
        List.of(),
        List.of());
  }

  private static Chart confusion(Plot plot, List<Pair> pairs, boolean normalized) {
    return Chart.ofMatrices(
        plot.title().orElse(plot.id()),
        plot.xLabel().orElse(pairs.get(0).xName()),
        plot.yLabel().orElse(pairs.get(0).yName()),
        pairs.stream()
            .map(
                pair ->
                    ConfusionMatrix.of(pair.snapshot().name(), pair.xs(), pair.ys(), normalized))
            .toList());
  }

  private static Optional<Double> number(String text) {
    try {
      double number = Double.parseDouble(text.strip());
      return Double.isNaN(number) || Double.isInfinite(number)
          ? Optional.empty()
          : Optional.of(number);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
