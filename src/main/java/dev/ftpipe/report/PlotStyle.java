package dev.ftpipe.report;

import dev.ftpipe.dag.Catalog.Axis;
import dev.ftpipe.dag.Catalog.Plot;
import java.util.List;
import java.util.Optional;

/**
 * What the command line says about every plot that is shown, over what the pipeline says.
 *
 * @param header whether tables have a first line with names
 */
public record PlotStyle(
    Optional<String> x,
    List<String> ys,
    Optional<String> template,
    Optional<String> title,
    Optional<String> xLabel,
    Optional<String> yLabel,
    boolean header) {
  /** Every plot as the pipeline says. */
  public static final PlotStyle AS_DEFINED =
      new PlotStyle(
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          true);

  Plot over(Plot plot) {
    List<Axis> newYs = ys.stream().map(column -> new Axis(file(plot), column)).toList();
    List<Axis> newXs = x.map(column -> List.of(new Axis(file(plot), column))).orElse(plot.xs());
    return new Plot(
        plot.id(),
        newYs.isEmpty() ? plot.ys() : newYs,
        newXs,
        template.or(plot::template),
        title.or(plot::title),
        xLabel.or(plot::xLabel),
        yLabel.or(plot::yLabel),
        header && plot.header(),
        plot.stage(),
        plot.at());
  }

  private static String file(Plot plot) {
    return plot.ys().isEmpty() ? plot.id() : plot.ys().get(0).file();
  }
}
