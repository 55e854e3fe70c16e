package dev.ftpipe.cloud;

import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Section;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words of SkyPilot's tasks that say nothing here, each with the reason or without effect. */
final class SkyPilotWords {
  /** Keys of {@code resources} that another choice of machines would follow; harmless. */
  static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "accelerator_args",
          "disk_tier",
          "job_recovery",
          "local_disk",
          "network_tier",
          "priority",
          "spot_recovery");

  private static final String NO_PORT =
      "nobody comes in to a node: 'ftpipe ssh RUN' does without an open port, and so does the tunnel"
          + " of cloud/vscode.yaml";

  private static final String MOUNTED =
      "nothing is mounted: what is in the project goes along, what is elsewhere is registered with"
          + " 'ftpipe add PATH --from URL', and results go to the remote by themselves";

  private static final Map<String, String> REFUSED =
      Map.of(
          "ports",
          NO_PORT,
          "service",
          "a run ends: serving a model is not what ftpipe does",
          "pool",
          "machines are made for each run: there is no pool of them",
          "volumes",
          MOUNTED,
          "inputs",
          MOUNTED,
          "outputs",
          MOUNTED,
          "config",
          "settings are those of a profile in .ftpipe/config.yaml",
          "event_callback",
          "nobody is called: 'ftpipe logs -f RUN' ends when the run does");

  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,3})?)(?:([MGT])(?:i?B)?)?(\\+?)");

  private SkyPilotWords() {}

  /** Adds a problem with its reason for each word of this kind, and for each unknown key. */
  static Section allowOnly(Section section, Set<String> known, Problems problems) {
    Set<String> all = new TreeSet<>(known);
    for (Map.Entry<String, Located> each : section.members().entrySet()) {
      String reason = REFUSED.get(each.getKey());
      if (reason != null && !known.contains(each.getKey())) {
        all.add(each.getKey());
        problems.addAtKey(
            each.getValue().place(), "'" + each.getKey() + "' cannot be had: " + reason);
      }
    }
    return section.allowOnly(all);
  }

  /** Those of a section that have no effect. */
  static List<String> withoutEffect(Section section) {
    return new TreeSet<>(WITHOUT_EFFECT).stream().filter(section::has).toList();
  }

  /** GiB of a size such as 32, 32+, 64GB or 1TiB; units are powers of two, as SkyPilot has them. */
  static Optional<NodeSpec.Amount> gib(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      return Optional.empty();
    }
    double factor =
        switch (size.group(2) == null ? "G" : size.group(2)) {
          case "M" -> 1 / 1024.0;
          case "T" -> 1024;
          default -> 1;
        };
    return Optional.of(
        new NodeSpec.Amount(Double.parseDouble(size.group(1)) * factor, size.group(3).equals("+")));
  }
}
