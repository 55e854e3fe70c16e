package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foreach} and {@code matrix}: names and commands as DVC 3 makes them. */
final class ExpansionTest {
  @TempDir Path folder = Path.of("");
  private Project project = new Project(folder);

  @BeforeEach
  void useFolder() {
    project = new Project(folder);
  }

  private List<String> commands() {
    return project.load().stages().stream()
        .map(
            stage ->
                stage.name() + ": " + String.join(";", ((Action.Shell) stage.action()).commands()))
        .toList();
  }

  @Test
  void aListOfScalarsGivesNames() {
    project.pipeline(
        "stages: {s: {foreach: [a.jsonl, 1, 2e-4, true, null], do: {cmd: 'do ${item}'}}}");
    assertThat(commands())
        .containsExactly(
            "s@a.jsonl: do a.jsonl",
            "s@1: do 1",
            "s@0.0002: do 0.0002",
            "s@true: do true",
            "s@None: do None");
  }

  @Test
  void aListOfMappingsGivesIndices() {
    project.pipeline(
        "stages: {s: {foreach: [{x: 1, y: [5, 6]}, {x: 2, y: [7, 8]}], do: {cmd: 'do ${item.x}"
            + " ${item.y[1]}'}}}");
    assertThat(commands()).containsExactly("s@0: do 1 6", "s@1: do 2 8");
  }

  @Test
  void aMappingGivesKeysAndItems() {
    project.pipeline(
        "stages: {s: {foreach: {us: {n: 1}, gb: {n: 2}}, do: {cmd: '${key} ${item.n}', outs:"
            + " ['out/${key}']}}}");
    assertThat(commands()).containsExactly("s@us: us 1", "s@gb: gb 2");
    assertThat(project.load().stages()).extracting(Stage::group).containsOnly("s");
  }

  @Test
  void theListComesFromAVariable() {
    project
        .params("sizes: {small: 1, large: 2}\n")
        .pipeline(
            "stages: {s: {foreach: '${sizes}', do: {cmd: '${key} ${item}'}}, t: {foreach:"
                + " ['${sizes.small}', x], do: {cmd: 'do ${item}'}}}");
    assertThat(commands())
        .containsExactly("s@small: small 1", "s@large: large 2", "t@1: do 1", "t@x: do x");
  }

  @Test
  void anEmptyListGivesNoStages() {
    assertThat(project.pipeline("stages: {s: {foreach: [], do: {cmd: a}}}").load().stages())
        .isEmpty();
  }

  @Test
  void theDescriptionOfAGroupIsThatOfItsStages() {
    project.pipeline(
        "stages: {s: {desc: splits, foreach: [a], do: {cmd: a}}, t: {desc: splits, foreach: [a],"
            + " do: {cmd: a, desc: 'of ${item}'}}}");
    assertThat(project.load().stage("s@a").description()).contains("splits");
    assertThat(project.load().stage("t@a").description()).contains("of a");
  }

  @Test
  void aMatrixGivesEveryCombination() {
    project
        .params("sizes: [7b, 13b]\n")
        .pipeline(
            "stages: {s: {matrix: {size: '${sizes}', rate: [1e-4, {x: 2}]}, cmd: '${item.size}"
                + " ${key}'}}");
    assertThat(commands())
        .containsExactly(
            "s@7b-0.0001: 7b 7b-0.0001",
            "s@7b-rate1: 7b 7b-rate1",
            "s@13b-0.0001: 13b 13b-0.0001",
            "s@13b-rate1: 13b 13b-rate1");
  }

  @Test
  void wrongExpansionsAreFound() {
    project.pipeline(
        """
        stages:
          a: {foreach: [x], cmd: a}
          b: {do: {cmd: b}}
          c: {foreach: word, do: {cmd: c}}
          d: {foreach: ['1', 2, 1, 2], do: {cmd: d}}
          e: {matrix: [x], cmd: e}
          f: {matrix: {x: y}, cmd: f}
          g: {foreach: [x], do: [cmd]}
          h: {foreach: '${nothing}', do: {cmd: h}}
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:2:3: stage 'a' has 'foreach' without 'do'; they go together",
            "pipeline.yaml:2:21: unknown key 'cmd'; known: desc, do, foreach",
            "pipeline.yaml:3:3: stage 'b' has 'do' without 'foreach'; they go together",
            "pipeline.yaml:4:16: 'foreach' goes over a list or a mapping; found the text 'word'",
            "pipeline.yaml:5:25: stage 'd@1' is made twice, of different values",
            "pipeline.yaml:6:15: 'matrix' is a mapping of lists; found a list",
            "pipeline.yaml:7:19: 'x' of 'matrix' has to be a list; found the text 'y'",
            "pipeline.yaml:8:25: stage 'g@x' has to be a mapping; found a list",
            "pipeline.yaml:9:16: ${nothing}: there is no variable 'nothing'");
  }

  @Test
  void aMatrixIsBounded() {
    StringBuilder axes = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      axes.append("a").append(i).append(": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], ");
    }
    project.pipeline("stages: {s: {matrix: {" + axes + "}, cmd: a}}");
    assertThat(project.problems())
        .containsExactly("pipeline.yaml:1:22: 'matrix' makes more than 100000 stages");
  }

  @Test
  void aProblemOfTheTemplateIsSaidOnce() {
    project.pipeline(
        "stages: {s: {foreach: [a, b, c], do: {cmd: x, outs: ['out/${itm}'], dpes: []}}}");
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:1:54: ${itm}: there is no variable 'itm'; did you mean 'item'?",
            "pipeline.yaml:1:69: unknown key 'dpes'; did you mean 'deps'?");
  }

  @Test
  void outputsOfInstancesMayNotMeet() {
    project.pipeline("stages: {s: {foreach: [a, b], do: {cmd: x, outs: [same]}}}");
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:1:51: output 'same' of stage 's@b' is also an output of stage 's@a'"
                + " (pipeline.yaml:1:51); a path has one writer");
  }
}
