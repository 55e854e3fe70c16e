package dev.ftpipe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Counts how often each actual label was predicted as which. */
final class ConfusionMatrix {
  /** More labels make no picture, and a column of numbers is no label. */
  private static final int MOST_LABELS = 200;

  private ConfusionMatrix() {}

  /**
   * The matrix of two columns.
   *
   * @param actual down the rows of the matrix
   * @param normalized each row as parts of one instead of counts
   */
  static Chart.Matrix of(
      String name, List<String> actual, List<String> predicted, boolean normalized) {
    TreeSet<String> distinct = new TreeSet<>(actual);
    distinct.addAll(predicted);
    List<String> labels = distinct.stream().limit(MOST_LABELS).toList();
    double[][] counts = new double[labels.size()][labels.size()];
    for (int i = 0; i < Math.min(actual.size(), predicted.size()); i++) {
      int row = labels.indexOf(actual.get(i));
      int column = labels.indexOf(predicted.get(i));
      if (row >= 0 && column >= 0) {
        counts[row][column]++;
      }
    }
    List<List<Double>> cells = new ArrayList<>();
    for (double[] row : counts) {
      double sum = 0;
      for (double count : row) {
        sum += count;
      }
      List<Double> shown = new ArrayList<>();
      for (double count : row) {
        shown.add(normalized && sum > 0 ? count / sum : count);
      }
      cells.add(shown);
    }
    return new Chart.Matrix(name, labels, cells, normalized);
  }
}
