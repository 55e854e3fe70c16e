package dev.ftpipe.dag;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Quantities;
import dev.ftpipe.config.Section;
import dev.ftpipe.config.Template;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what every sort of stage may say about how it runs. */
final class StageSettings {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Section stage;
  private final Problems problems;

  StageSettings(Section stage, Problems problems) {
    this.stage = stage;
    this.problems = problems;
  }

  Map<String, String> env() {
    if (!stage.has("env")) {
      return Map.of();
    }
    Map<String, String> env = new LinkedHashMap<>();
    stage
        .section("env")
        .map(Section::members)
        .orElse(Map.of())
        .forEach(
            (name, value) -> {
              if (!VARIABLE.matcher(name).matches()) {
                problems.add(
                    value.place().key(), "'" + name + "' is no name of an environment variable");
              }
              JsonNode node = value.node();
              if (node.isContainerNode() || node.isNull()) {
                problems.add(
                    value.place(),
                    "variable '" + name + "' has to be a text; found " + Section.describe(node));
              } else {
                env.put(name, Template.text(node));
              }
            });
    return env;
  }

  Resources resources() {
    if (!stage.has("resources")) {
      return Resources.UNSAID;
    }
    return stage
        .section("resources")
        .map(
            section -> {
              section.allowOnly(Set.of("cpus", "memory", "gpu"));
              return new Resources(
                  section.count("cpus").orElse(0),
                  section.get("memory").map(this::memory).orElse(0L),
                  section.count("gpu").orElse(0));
            })
        .orElse(Resources.UNSAID);
  }

  private long memory(Located value) {
    Optional<Long> bytes = Quantities.bytes(value.node());
    if (bytes.isEmpty()) {
      problems.add(
          value.place(),
          "'memory' has to be a size such as 8GB or 512MiB; found "
              + Section.describe(value.node()));
    }
    return bytes.orElse(0L);
  }

  Optional<Duration> timeout() {
    if (!stage.has("timeout")) {
      return Optional.empty();
    }
    Optional<Located> value = stage.get("timeout");
    Optional<Duration> time = value.flatMap(found -> Quantities.time(found.node()));
    if (value.isPresent() && time.isEmpty()) {
      problems.add(
          value.get().place(),
          "'timeout' has to be a time such as 90s, 30m or 2h; found "
              + Section.describe(value.get().node()));
    }
    return time;
  }

  Reproducible reproducible() {
    if (!stage.has("reproducible")) {
      return new Reproducible.Bytes();
    }
    return stage
        .get("reproducible")
        .map(value -> value.node().isObject() ? metrics(value) : word(value))
        .orElse(new Reproducible.Bytes());
  }

  private Reproducible word(Located value) {
    switch (value.node().asText()) {
      case "bytes" -> {
        return new Reproducible.Bytes();
      }
      case "no" -> {
        return new Reproducible.No();
      }
      default -> {
        problems.add(
            value.place(),
            "'reproducible' is bytes, no, or {metrics: {NAME: TOLERANCE}}; found "
                + Section.describe(value.node()));
        return new Reproducible.Bytes();
      }
    }
  }

  private Reproducible metrics(Located value) {
    Map<String, Double> tolerances = new LinkedHashMap<>();
    Section.of(value, "'reproducible'", problems)
        .map(section -> section.allowOnly(Set.of("metrics")))
        .flatMap(section -> section.section("metrics"))
        .map(Section::members)
        .orElse(Map.of())
        .forEach(
            (name, tolerance) -> {
              double number = tolerance.node().isNumber() ? tolerance.node().doubleValue() : -1;
              if (number >= 0) {
                tolerances.put(name, number);
              } else {
                problems.add(
                    tolerance.place(),
                    "the tolerance of '"
                        + name
                        + "' has to be a number, 0 or more; found "
                        + Section.describe(tolerance.node()));
              }
            });
    if (tolerances.isEmpty()) {
      problems.add(value.place(), "'reproducible' names no metric with its tolerance");
    }
    return new Reproducible.Metrics(tolerances);
  }
}
