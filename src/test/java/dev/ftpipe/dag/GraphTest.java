package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Targets, and the graph as text. */
final class GraphTest {
  @TempDir Path folder = Path.of("");
  private Graph graph = Graph.of(List.of());

  @BeforeEach
  void load() {
    graph =
        new Project(folder)
            .pipeline(
                """
                stages:
                  check: {cmd: check, deps: [model/weights.bin], outs: [result.csv]}
                  train: {cmd: train, deps: [data/split], outs: [model]}
                  split:
                    foreach: [a, b]
                    do: {cmd: split, deps: ['raw/${item}', tool.py], outs: ['data/split/${item}']}
                  alone: {cmd: echo}
                """)
            .load();
  }

  private List<String> select(boolean single, boolean downstream, String... targets) {
    return graph.select(List.of(targets), single, downstream).stream().map(Stage::name).toList();
  }

  @Test
  void withoutTargetsAllAreMeant() {
    assertThat(select(false, false))
        .containsExactly("split@a", "split@b", "train", "check", "alone");
  }

  @Test
  void aStageIsMeantWithAllBeforeIt() {
    assertThat(select(false, false, "train")).containsExactly("split@a", "split@b", "train");
  }

  @Test
  void aGroupOrOneOfIt() {
    assertThat(select(false, false, "split")).containsExactly("split@a", "split@b");
    assertThat(select(false, false, "split@b")).containsExactly("split@b");
  }

  @Test
  void anOutputOrAPathInsideIt() {
    assertThat(select(false, false, "./data/split/a")).containsExactly("split@a");
    assertThat(select(true, false, "model/")).containsExactly("train");
    assertThat(select(true, false, "model/some/file")).containsExactly("train");
  }

  @Test
  void aloneOrWithAllAfterIt() {
    assertThat(select(true, false, "train", "alone")).containsExactly("train", "alone");
    assertThat(select(false, true, "split@a")).containsExactly("split@a", "train", "check");
  }

  @Test
  void everyUnknownTargetIsNamed() {
    assertThatThrownBy(() -> select(false, false, "trian", "train", "result.cvs"))
        .isInstanceOf(FtpipeException.class)
        .hasMessage(
            """
            'trian' is neither a stage nor an output; did you mean 'train'?
            'result.cvs' is neither a stage nor an output; did you mean 'result.csv'?""");
  }

  @Test
  void aloneAndDownstreamExcludeEachOther() {
    assertThatThrownBy(() -> select(true, true, "train")).isInstanceOf(FtpipeException.class);
  }

  @Test
  void sourcesAreNamedOnce() {
    assertThat(graph.sources()).containsExactly("raw/a", "tool.py", "raw/b");
  }

  @Test
  void stagesAsText() {
    assertThat(Drawing.ofStages(graph, graph.stages(), Map.of()).text())
        .isEqualTo(
            """
            split@a
            split@b
            train ← split@a, split@b
            check ← train
            alone
            """);
  }

  @Test
  void outputsAsText() {
    assertThat(Drawing.ofOutputs(graph, graph.stages()).text())
        .isEqualTo(
            """
            raw/a
            tool.py
            raw/b
            data/split/a ← raw/a, tool.py
            data/split/b ← raw/b, tool.py
            model ← data/split/a, data/split/b
            result.csv ← model
            """);
  }

  @Test
  void stagesAsMermaid() {
    assertThat(Drawing.ofStages(graph, graph.stages(), Map.of()).mermaid())
        .isEqualTo(
            """
            flowchart TD
              node1["split@a"]
              node2["split@b"]
              node3["train"]
              node4["check"]
              node5["alone"]
              node1-->node3
              node2-->node3
              node3-->node4
            """);
  }

  @Test
  void stagesAsDot() {
    assertThat(Drawing.ofStages(graph, graph.stages(), Map.of()).dot())
        .startsWith("strict digraph {\n  \"split@a\";\n")
        .endsWith("  \"train\" -> \"check\";\n}\n");
  }
}
