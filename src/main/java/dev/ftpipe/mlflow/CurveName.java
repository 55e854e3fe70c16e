package dev.ftpipe.mlflow;

import dev.ftpipe.report.Chart;

/** What a curve is called at a server: as DVCLive calls it, or by the title of its plot. */
final class CurveName {
  private static final String LIVE = "/plots/metrics/";

  private CurveName() {}

  /** The part after DVCLive's folder, without the ending: {@code train/loss}. */
  static String of(Chart curve, Chart.Series series) {
    String title = curve.title();
    int live = title.indexOf(LIVE);
    if (live >= 0) {
      return MlflowServer.key(title.substring(live + LIVE.length()).replaceFirst("\\.tsv$", ""));
    }
    boolean only = curve.series().size() == 1;
    return MlflowServer.key(only ? title : title + " " + series.name());
  }
}
