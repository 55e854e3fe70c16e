package dev.ftpipe.model.metrics;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.ftpipe.base.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes {@code plots/metrics/train/loss.tsv} and its like, a line a point as it comes, and {@code
 * metrics.json} with the last values. Nothing in it depends on the clock, the machine or the JVM:
 * numbers are the shortest decimals that read back as the same double.
 */
public final class MetricsFolder {
  private static final String SUMMARY = "metrics.json";

  private final Path folder;
  private final List<Point> history = new ArrayList<>();
  private final Set<String> started = new HashSet<>();

  /** Starts in an empty folder, which is created when it is not there. */
  public MetricsFolder(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
  }

  /** Starts with the points of an interrupted run, as if they had been logged now. */
  public static MetricsFolder resume(Path folder, List<Point> history) throws IOException {
    MetricsFolder metrics = new MetricsFolder(folder);
    for (Point point : history) {
      metrics.log(point);
    }
    return metrics;
  }

  /** Adds a point to its curve. */
  public void log(Point point) throws IOException {
    Path file = folder.resolve("plots/metrics/" + point.metric() + ".tsv");
    String line = point.step() + "\t" + text(point.value()) + "\n";
    if (started.add(point.metric())) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, "step\t" + file.getFileName().toString().replace(".tsv", "") + "\n");
    }
    Files.writeString(file, line, StandardOpenOption.APPEND);
    history.add(point);
  }

  /** Writes the last value of every curve and the last step to {@code metrics.json}. */
  public void writeSummary() throws IOException {
    Map<String, Map<String, String>> groups = new TreeMap<>();
    int step = 0;
    for (Point point : history) {
      int slash = point.metric().lastIndexOf('/');
      groups
          .computeIfAbsent(point.metric().substring(0, slash), any -> new TreeMap<>())
          .put(point.metric().substring(slash + 1), text(point.value()));
      step = Math.max(step, point.step());
    }
    StringBuilder json = new StringBuilder("{\n");
    groups.forEach(
        (group, values) -> {
          json.append("    \"").append(group).append("\": {\n");
          List<String> lines = new ArrayList<>();
          values.forEach((name, value) -> lines.add("        \"" + name + "\": " + value));
          json.append(String.join(",\n", lines)).append("\n    },\n");
        });
    json.append("    \"step\": ").append(step).append("\n}\n");
    AtomicFiles.write(folder.resolve(SUMMARY), json.toString());
  }

  /** Every point so far, in the order logged. */
  public List<Point> history() {
    return List.copyOf(history);
  }

  /** Double.toString gives other digits on JDK 17 than on 19 and later; this one does not. */
  private static String text(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("not a finite number: " + value);
    }
    return NumberOutput.toString(value, true);
  }
}
