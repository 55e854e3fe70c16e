package dev.ftpipe.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What only the log of a training knows, because it depends on the machine: how fast it was and how
 * much memory it took.
 */
public final class TrainingLog {
  private static final Pattern SPEED =
      Pattern.compile("^step (\\d{1,9}) of \\d+: .*?([\\d,]{1,15}(?:\\.\\d+)?) tokens/s");
  private static final Pattern MEMORY =
      Pattern.compile("^step (\\d{1,9}) of \\d+: .*?(\\d{1,9}(?:\\.\\d+)?) GiB");

  private TrainingLog() {}

  /** The curves of these logs, one series a run; none where no log has such a line. */
  public static List<Chart> charts(List<String> names, List<String> logs) {
    List<Chart> charts = new ArrayList<>();
    add(charts, "tokens per second", "tokens/s", SPEED, names, logs);
    add(charts, "device memory", "GiB", MEMORY, names, logs);
    return charts;
  }

  private static void add(
      List<Chart> charts,
      String title,
      String unit,
      Pattern pattern,
      List<String> names,
      List<String> logs) {
    List<Chart.Series> series = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      List<Chart.Point> points = points(pattern, logs.get(i));
      if (!points.isEmpty()) {
        series.add(new Chart.Series(names.get(i), points));
      }
    }
    if (!series.isEmpty()) {
      charts.add(
          new Chart(title, Chart.Kind.LINE, "step", unit, false, series, List.of(), List.of()));
    }
  }

  private static List<Chart.Point> points(Pattern pattern, String log) {
    List<Chart.Point> points = new ArrayList<>();
    for (String line : log.split("\n", -1)) {
      Matcher found = pattern.matcher(line);
      if (found.find()) {
        double step = Double.parseDouble(found.group(1));
        points.add(new Chart.Point(step, Double.parseDouble(found.group(2).replace(",", ""))));
      }
    }
    return points;
  }
}
