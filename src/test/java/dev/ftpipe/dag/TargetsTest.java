package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person may call a stage, and what a drawing of some of them shows. */
final class TargetsTest {
  @TempDir Path folder = Path.of("");
  private Graph graph = Graph.of(List.of());

  @BeforeEach
  void load() {
    graph =
        new Project(folder)
            .file("data/raw.dvc", "outs:\n- md5: x\n  path: raw\n")
            .file("data/other.dvc", "outs:\n- path: other\n")
            .file("data/odd.dvc", "[1")
            .file(".venv/x.dvc", "outs:\n- path: x\n")
            .pipeline(
                """
                stages:
                  make: {cmd: a, deps: [data/raw/part], outs: [made]}
                  each: {foreach: [x, y], do: {cmd: b, deps: [made/in], outs: ['o/${item}']}}
                  alone: {cmd: c}
                """)
            .load();
  }

  private List<String> alone(String target) {
    return graph.select(List.of(target), true, false).stream().map(Stage::name).toList();
  }

  @Test
  void aTargetIsAStageAGroupAnOutputOrAFileInOne() {
    assertThat(alone("make")).containsExactly("make");
    assertThat(alone("each")).containsExactly("each@x", "each@y");
    assertThat(alone("each@y")).containsExactly("each@y");
    assertThat(alone("o/x")).containsExactly("each@x");
    assertThat(alone("./made/deep/file")).containsExactly("make");
  }

  @Test
  void aTargetMayNameThePipelineFile() {
    assertThat(alone("dvc.yaml:make")).containsExactly("make");
    assertThat(alone("pipeline.yaml:each@x")).containsExactly("each@x");
    assertThat(alone("dvc.yaml")).containsExactly("make", "each@x", "each@y", "alone");
    assertThatThrownBy(() -> alone("dvc.yaml:made"))
        .hasMessageContaining("'dvc.yaml:made' is neither a stage nor an output");
  }

  @Test
  void aDrawingShowsRegisteredData() {
    Map<String, String> registered = RegisteredFiles.in(folder);
    assertThat(registered)
        .isEqualTo(Map.of("data/raw.dvc", "data/raw", "data/other.dvc", "data/other"));
    assertThat(Drawing.ofStages(graph, graph.stages(), registered).text())
        .isEqualTo(
            """
            data/other.dvc
            data/raw.dvc
            make ← data/raw.dvc
            each@x ← make
            each@y ← make
            alone
            """);
  }

  @Test
  void aDrawingOfATargetShowsWhatItDependsOn() {
    List<Stage> some = graph.select(List.of("each@x"), false, false);
    assertThat(Drawing.ofStages(graph, some, RegisteredFiles.in(folder)).text())
        .isEqualTo("data/raw.dvc\nmake ← data/raw.dvc\neach@x ← make\n");
    assertThat(Drawing.ofOutputs(graph, some).text())
        .isEqualTo("data/raw/part\nmade ← data/raw/part\no/x ← made\n");
    assertThat(Drawing.ofOutputs(graph, some).markdown())
        .startsWith("```mermaid\nflowchart TD\n")
        .endsWith("```\n");
  }
}
