package dev.ftpipe.dag;

import dev.ftpipe.config.ProjectPaths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph for the eye: equal graphs give equal text. */
public final class Drawing {
  // Every node with what it comes from, each node after all that it comes from.
  private final Map<String, List<String>> nodes;

  private Drawing(Map<String, List<String>> nodes) {
    this.nodes = nodes;
  }

  /**
   * Stages, the {@code .dvc} files of data that DVC registered, and which follows which.
   *
   * @param stages of the graph: all, or some with what they depend on
   * @param registered as {@link RegisteredFiles#in} finds them
   */
  public static Drawing ofStages(Graph graph, List<Stage> stages, Map<String, String> registered) {
    boolean all = stages.size() == graph.stages().size();
    Set<String> read = new LinkedHashSet<>();
    Map<String, List<String>> made = new LinkedHashMap<>();
    for (Stage stage : stages) {
      List<String> from = new ArrayList<>();
      registered.forEach(
          (file, path) -> {
            if (stage.deps().stream().anyMatch(dep -> ProjectPaths.overlap(dep, path))) {
              from.add(file);
            }
          });
      read.addAll(from);
      graph.upstream(stage).forEach(before -> from.add(before.name()));
      made.put(stage.name(), from);
    }
    Map<String, List<String>> nodes = new LinkedHashMap<>();
    for (String file : all ? registered.keySet() : read) {
      nodes.put(file, List.of());
    }
    nodes.putAll(made);
    return new Drawing(nodes);
  }

  /**
   * The files and which is made from which; an output has an edge from every dependency.
   *
   * @param stages of the graph: all, or some with what they depend on
   */
  public static Drawing ofOutputs(Graph graph, List<Stage> stages) {
    Map<String, List<String>> nodes = new LinkedHashMap<>();
    Set<String> sources = new LinkedHashSet<>(graph.sources());
    for (Stage stage : stages) {
      stage.deps().stream()
          .filter(sources::contains)
          .forEach(source -> nodes.put(source, List.of()));
    }
    for (Stage stage : stages) {
      List<String> made = made(graph, stage);
      stage.outs().forEach(out -> nodes.put(out.path(), made));
    }
    return new Drawing(nodes);
  }

  /**
   * What a stage reads, as nodes: a part of an output, or a folder around some, is those outputs.
   */
  private static List<String> made(Graph graph, Stage stage) {
    Set<String> from = new LinkedHashSet<>();
    for (String dep : stage.deps()) {
      List<String> outputs =
          graph.upstream(stage).stream()
              .flatMap(before -> before.outs().stream())
              .map(Output::path)
              .filter(out -> ProjectPaths.overlap(out, dep))
              .toList();
      if (outputs.isEmpty()) {
        from.add(dep);
      }
      from.addAll(outputs);
    }
    return List.copyOf(from);
  }

  /** A line a node, with what it comes from. */
  public String text() {
    StringBuilder text = new StringBuilder();
    nodes.forEach(
        (node, from) ->
            text.append(node)
                .append(from.isEmpty() ? "" : " ← " + String.join(", ", from))
                .append('\n'));
    return text.toString();
  }

  /** A flowchart in the language of Mermaid. */
  public String mermaid() {
    StringBuilder text = new StringBuilder("flowchart TD\n");
    Map<String, String> ids = new LinkedHashMap<>();
    for (String node : nodes.keySet()) {
      String id = "node" + (ids.size() + 1);
      ids.put(node, id);
      text.append("  ").append(id).append("[\"").append(node.replace("\"", "#quot;"));
      text.append("\"]\n");
    }
    for (Edge edge : edges()) {
      text.append("  ").append(ids.get(edge.from())).append("-->").append(ids.get(edge.to()));
      text.append('\n');
    }
    return text.toString();
  }

  /** The flowchart of Mermaid as a block of Markdown, as code forges draw it. */
  public String markdown() {
    return "```mermaid\n" + mermaid() + "```\n";
  }

  /** A directed graph in the language of Graphviz. */
  public String dot() {
    StringBuilder text = new StringBuilder("strict digraph {\n");
    nodes.keySet().forEach(node -> text.append("  ").append(quoted(node)).append(";\n"));
    for (Edge edge : edges()) {
      text.append("  ").append(quoted(edge.from())).append(" -> ").append(quoted(edge.to()));
      text.append(";\n");
    }
    return text.append("}\n").toString();
  }

  private record Edge(String from, String to) {}

  private List<Edge> edges() {
    List<Edge> edges = new ArrayList<>();
    nodes.forEach((node, from) -> from.forEach(each -> edges.add(new Edge(each, node))));
    return edges;
  }

  private static String quoted(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
