package dev.ftpipe.run.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares metrics, each with the largest difference that is allowed. */
public final class MetricsDifference {
  private static final String IN_FOLDER = "metrics.json";

  /**
   * What came of it.
   *
   * @param within whether every metric is near enough
   * @param text the metrics that are not, or all when none is too far away
   */
  public record Outcome(boolean within, String text) {}

  private MetricsDifference() {}

  /**
   * Compares files of metrics: JSON or YAML; of a folder, its {@code metrics.json}.
   *
   * @param before what is expected, each file or folder
   * @param tolerances dotted name to the largest absolute difference
   */
  public static Outcome between(List<Path> before, List<Path> now, Map<String, Double> tolerances) {
    Map<String, Double> old = read(before);
    Map<String, Double> made = read(now);
    List<String> near = new ArrayList<>();
    List<String> far = new ArrayList<>();
    tolerances.forEach(
        (name, tolerance) -> {
          Double was = old.get(name);
          Double is = made.get(name);
          if (was == null || is == null) {
            far.add(
                "metric "
                    + name
                    + " is in none of the "
                    + (is == null ? "new" : "old")
                    + " metrics files");
            return;
          }
          String text = "metric " + name + ": " + is + " instead of " + was;
          double difference = Math.abs(is - was);
          // Equal values first: the difference of two infinities is not a number.
          if (was.equals(is) || difference <= tolerance) {
            near.add(text + " (±" + tolerance + " allowed)");
          } else {
            far.add(text + ", " + (float) difference + " apart (" + tolerance + " allowed)");
          }
        });
    return far.isEmpty()
        ? new Outcome(true, String.join("; ", near))
        : new Outcome(false, String.join("; ", far));
  }

  private static Map<String, Double> read(List<Path> places) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Path place : places) {
      Path file = Files.isDirectory(place) ? place.resolve(IN_FOLDER) : place;
      Optional<Located> content = Yaml.read(file, file.toString(), new Problems());
      content.ifPresent(found -> numbers("", found.node(), values));
    }
    return values;
  }

  private static void numbers(String name, JsonNode node, Map<String, Double> values) {
    if (node.isNumber()) {
      values.putIfAbsent(name, node.doubleValue());
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        numbers(name + "[" + i + "]", node.get(i), values);
      }
    } else {
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        numbers(
            name.isEmpty() ? member.getKey() : name + "." + member.getKey(),
            member.getValue(),
            values);
      }
    }
  }
}
