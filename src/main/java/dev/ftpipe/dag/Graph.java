package dev.ftpipe.dag;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Nearest;
import dev.ftpipe.config.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stages of a pipeline and what flows between them: no cycle, and no two stages that write the
 * same place.
 */
public final class Graph {
  private final List<Stage> stages;
  private final Map<String, Stage> byName = new LinkedHashMap<>();
  private final Map<String, List<Stage>> upstream;
  private final Map<String, List<Stage>> downstream = new LinkedHashMap<>();
  private final OutputIndex outputs;
  private final Catalog catalog;

  private Graph(
      List<Stage> stages, Map<String, List<Stage>> upstream, OutputIndex outputs, Catalog catalog) {
    this.stages = List.copyOf(stages);
    this.upstream = upstream;
    this.outputs = outputs;
    this.catalog = catalog;
    for (Stage stage : stages) {
      byName.put(stage.name(), stage);
      downstream.put(stage.name(), new ArrayList<>());
    }
    for (Stage stage : stages) {
      for (Stage before : upstream(stage)) {
        downstream.getOrDefault(before.name(), List.of()).add(stage);
      }
    }
  }

  /**
   * The graph of these stages.
   *
   * @param stages in the order of their declaration
   * @throws FtpipeException wrong use, for a cycle or two stages that write the same place
   */
  public static Graph of(List<Stage> stages) {
    Problems problems = new Problems();
    List<Placed> placed = stages.stream().map(stage -> new Placed(stage, Map.of())).toList();
    Optional<Graph> graph =
        build(placed, OutputIndex.of(placed, problems), Catalog.EMPTY, problems);
    problems.throwIfAny();
    return graph.orElseThrow();
  }

  /** The graph, or empty when there are problems, here or from before. */
  static Optional<Graph> build(
      List<Placed> placed, OutputIndex outputs, Catalog catalog, Problems problems) {
    Map<String, Stage> byName = new HashMap<>();
    for (Placed each : placed) {
      byName.put(each.stage().name(), each.stage());
    }
    Map<String, List<Stage>> upstream = new HashMap<>();
    for (Placed each : placed) {
      List<Stage> before = new ArrayList<>();
      for (String name : outputs.producersFor(each.stage().deps())) {
        Stage producer = byName.get(name);
        if (producer != null) {
          before.add(producer);
        }
      }
      upstream.put(each.stage().name(), before);
    }
    List<Stage> ordered = Order.of(placed, upstream, problems);
    return problems.isEmpty()
        ? Optional.of(new Graph(ordered, upstream, outputs, catalog))
        : Optional.empty();
  }

  /** Every stage after all that it depends on; where that leaves a choice, as declared. */
  public List<Stage> stages() {
    return stages;
  }

  /**
   * The stage of this name.
   *
   * @throws FtpipeException wrong use, when there is none
   */
  public Stage stage(String name) {
    Stage stage = byName.get(name);
    if (stage == null) {
      throw FtpipeException.usage(
          "there is no stage '" + name + "'" + Nearest.hint(name, byName.keySet()));
    }
    return stage;
  }

  /** What there is to show and compare besides files; empty for a graph that came of no file. */
  public Catalog catalog() {
    return catalog;
  }

  /** The stages whose outputs this one reads, in the order of its dependencies. */
  public List<Stage> upstream(Stage stage) {
    return upstream.getOrDefault(stage.name(), List.of());
  }

  /** The stages that read an output of this one, in the order of {@link #stages}. */
  public List<Stage> downstream(Stage stage) {
    return downstream.getOrDefault(stage.name(), List.of());
  }

  /** The stage that writes this path, or the folder that it lies in. */
  public Optional<Stage> producer(String path) {
    return outputs.ownerOf(path).map(this::stage);
  }

  /** The dependencies that no stage makes, each once, in the order of the stages. */
  public List<String> sources() {
    return stages.stream()
        .flatMap(stage -> stage.deps().stream())
        .filter(path -> !outputs.makes(path))
        .distinct()
        .toList();
  }

  /**
   * The stages that these targets mean, in the order of {@link #stages}.
   *
   * @param targets stage names, {@code stage@item}, the groups of a {@code foreach} or {@code
   *     matrix}, outputs, or paths inside an output; every stage when empty
   * @param singleItem only the targets, not what they depend on
   * @param downstream the targets and all that depends on them, not what they depend on
   * @throws FtpipeException wrong use, naming every target that means nothing here
   */
  public List<Stage> select(List<String> targets, boolean singleItem, boolean downstream) {
    return targets.isEmpty()
        ? stages
        : new Targets(this).select(targets, Targets.Reach.of(singleItem, downstream));
  }
}
