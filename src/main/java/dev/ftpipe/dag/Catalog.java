package dev.ftpipe.dag;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Location;
import java.util.List;
import java.util.Optional;

/**
 * What a pipeline has to show besides its stages: what {@code params}, {@code metrics} and {@code
 * plots} show and compare. All paths are relative to the project; those of the stages come first.
 *
 * @param params every params file once
 * @param metrics every metrics file, or folder of them, once
 */
public record Catalog(
    List<ParamsFile> params,
    List<MetricsFile> metrics,
    List<Plot> plots,
    List<Artifact> artifacts) {
  /**
   * Values of interest in a params file.
   *
   * @param names dotted names; none for everything in the file
   * @param at what names the file first
   */
  public record ParamsFile(String path, List<String> names, Location at) {}

  /**
   * A file of numbers, or a folder of such files.
   *
   * @param stage the stage that writes it; empty when it is named beside the stages only
   */
  public record MetricsFile(String path, Optional<String> stage, Location at) {}

  /**
   * A plot.
   *
   * @param id path of the file (or the folder of files) that is plotted, or any name when the files
   *     are named in {@code ys}
   * @param ys what goes up; none: the last column of {@code id}, or an image
   * @param xs what goes right; none: the index of the row. One for all of {@code ys}, or one each
   * @param header whether the first line of a table names its columns
   * @param stage the stage that writes it; empty for a plot that is defined beside the stages
   */
  public record Plot(
      String id,
      List<Axis> ys,
      List<Axis> xs,
      Optional<String> template,
      Optional<String> title,
      Optional<String> xLabel,
      Optional<String> yLabel,
      boolean header,
      Optional<String> stage,
      Location at) {}

  /** A column of a file. */
  public record Axis(String file, String column) {}

  /** Something that is registered under a name: a model, a data set. */
  public record Artifact(
      String name,
      String path,
      Optional<String> type,
      Optional<String> description,
      List<String> labels,
      Optional<JsonNode> meta,
      Location at) {}

  static final Catalog EMPTY = new Catalog(List.of(), List.of(), List.of(), List.of());

  /** Immutable. */
  public Catalog {
    params = List.copyOf(params);
    metrics = List.copyOf(metrics);
    plots = List.copyOf(plots);
    artifacts = List.copyOf(artifacts);
  }
}
