package dev.ftpipe.dag;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.config.ProjectPaths;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What a person means by the targets of a command. */
final class Targets {
  /** How far a command goes from its targets. */
  enum Reach {
    WITH_UPSTREAM,
    ALONE,
    WITH_DOWNSTREAM;

    static Reach of(boolean singleItem, boolean downstream) {
      if (singleItem && downstream) {
        throw FtpipeException.usage(
            "--single-item and --downstream exclude each other: only the targets, or all that"
                + " depends on them");
      }
      return singleItem ? ALONE : downstream ? WITH_DOWNSTREAM : WITH_UPSTREAM;
    }
  }

  private final Graph graph;
  private final Map<String, List<Stage>> named = new HashMap<>();

  Targets(Graph graph) {
    this.graph = graph;
    for (Stage stage : graph.stages()) {
      named.computeIfAbsent(stage.group(), key -> new ArrayList<>()).add(stage);
      if (!stage.name().equals(stage.group())) {
        named.computeIfAbsent(stage.name(), key -> new ArrayList<>()).add(stage);
      }
    }
  }

  List<Stage> select(List<String> targets, Reach reach) {
    Set<String> chosen = new HashSet<>();
    List<String> unknown = new ArrayList<>();
    for (String target : targets) {
      Collection<Stage> stages = meantBy(target);
      if (stages.isEmpty()) {
        unknown.add(target);
      }
      stages.forEach(stage -> chosen.add(stage.name()));
    }
    if (!unknown.isEmpty()) {
      throw unknown(unknown);
    }
    switch (reach) {
      case ALONE -> {}
      case WITH_UPSTREAM -> spread(chosen, graph::upstream);
      case WITH_DOWNSTREAM -> spread(chosen, graph::downstream);
    }
    return graph.stages().stream().filter(stage -> chosen.contains(stage.name())).toList();
  }

  private Collection<Stage> meantBy(String target) {
    // As DVC writes a stage with its file; this project has one such file.
    int colon = target.indexOf(':');
    boolean ofFile = colon > 0 && Pipelines.FILE_NAMES.contains(target.substring(0, colon));
    String name = ofFile ? target.substring(colon + 1) : target;
    List<Stage> byName = named.get(name);
    if (byName != null) {
      return byName;
    }
    if (Pipelines.FILE_NAMES.contains(target)) {
      return graph.stages();
    }
    return ofFile ? List.of() : graph.producer(ProjectPaths.tidy(target)).stream().toList();
  }

  private void spread(Set<String> chosen, Function<Stage, List<Stage>> next) {
    Deque<String> open = new ArrayDeque<>(chosen);
    while (!open.isEmpty()) {
      for (Stage stage : next.apply(graph.stage(open.remove()))) {
        if (chosen.add(stage.name())) {
          open.add(stage.name());
        }
      }
    }
  }

  private FtpipeException unknown(List<String> targets) {
    Set<String> known = new LinkedHashSet<>(named.keySet());
    graph.stages().forEach(stage -> stage.outs().forEach(out -> known.add(out.path())));
    return FtpipeException.usage(
        String.join(
            "\n",
            targets.stream()
                .map(
                    target ->
                        "'"
                            + target
                            + "' is neither a stage nor an output"
                            + Nearest.hint(target, known))
                .toList()));
  }
}
