package dev.ftpipe.report;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One plot with the data of every revision, in the form that the page reads.
 *
 * @param categories whether x is a text
 */
public record Chart(
    String title,
    Kind kind,
    String xLabel,
    String yLabel,
    boolean categories,
    List<Series> series,
    List<Matrix> matrices,
    List<Image> images) {
  /** How it is drawn. */
  public enum Kind {
    LINE,
    SCATTER,
    BAR,
    CONFUSION,
    IMAGE;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A line, or the points or bars of one colour.
   *
   * @param points in the order of the file
   */
  public record Series(String name, List<Point> points) {}

  /**
   * A point.
   *
   * @param x a number, or a text
   * @param y none where the file has no number, so that a line has a gap
   */
  public record Point(Object x, @Nullable Double y) {}

  /**
   * How often each label was taken for which.
   *
   * @param cells a row for each actual label, a column for each predicted one
   */
  public record Matrix(
      String name, List<String> labels, List<List<Double>> cells, boolean normalized) {}

  /** A picture as a data URI. */
  public record Image(String name, String source) {}

  static Chart ofImages(String title, List<Image> images) {
    return new Chart(title, Kind.IMAGE, "", "", false, List.of(), List.of(), images);
  }

  static Chart ofMatrices(String title, String x, String y, List<Matrix> matrices) {
    return new Chart(title, Kind.CONFUSION, x, y, false, List.of(), matrices, List.of());
  }
}
