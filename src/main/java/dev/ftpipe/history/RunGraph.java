package dev.ftpipe.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Json;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Catalog;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A pipeline as it was when a run began, as far as a report shows it.
 *
 * @param stages each after all that it depends on
 * @param catalog what there is to show
 */
record RunGraph(int format, List<Node> stages, Catalog catalog) {
  private static final int FORMAT = 1;

  /**
   * A stage.
   *
   * @param does {@code uses train}, or the first command
   * @param after names of the stages that it depends on
   */
  record Node(
      String name,
      String group,
      String does,
      String description,
      List<String> deps,
      List<String> outs,
      List<String> after) {}

  static RunGraph of(Graph graph) {
    return new RunGraph(
        FORMAT, graph.stages().stream().map(stage -> node(graph, stage)).toList(), graph.catalog());
  }

  private static Node node(Graph graph, Stage stage) {
    return new Node(
        stage.name(),
        stage.group(),
        does(stage.action()),
        stage.description().orElse(""),
        stage.deps(),
        stage.outs().stream().map(Output::path).toList(),
        graph.upstream(stage).stream().map(Stage::name).toList());
  }

  private static String does(Action action) {
    if (action instanceof Action.Call call) {
      return "uses " + call.kind().name();
    }
    return action instanceof Action.Shell shell ? shell.commands().get(0) : "";
  }

  void write(Path file) throws IOException {
    Files.write(file, Json.mapper().writeValueAsBytes(this));
  }

  /** Reads it back; empty when it is not there, or was written by another ftpipe. */
  static Optional<RunGraph> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.mapper().readValue(Files.readAllBytes(file), RunGraph.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
