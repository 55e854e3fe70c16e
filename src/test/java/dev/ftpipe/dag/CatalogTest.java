package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.base.Location;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pipeline has to show: params, metrics, plots, artifacts. */
final class CatalogTest {
  @TempDir Path folder = Path.of("");
  private Project project = new Project(folder);

  @BeforeEach
  void useFolder() {
    project = new Project(folder);
  }

  @Test
  void paramsAreThoseOfTheStagesThenThoseOfTheTopThenParamsYaml() {
    project
        .params("a: 1\n")
        .file("sub/p.yaml", "x: {y: 1}\n")
        .file("q.yaml", "k: 1\n")
        .pipeline(
            """
            params: [q.yaml, extra.yaml]
            stages:
              one: {cmd: a, wdir: sub, params: [p.yaml: [x.y]]}
              two: {cmd: b, params: [sub/p.yaml: [x], q.yaml: [k]]}
            """);
    assertThat(project.load().catalog().params())
        .containsExactly(
            new Catalog.ParamsFile("sub/p.yaml", List.of("x.y", "x"), at(3, 37)),
            new Catalog.ParamsFile("q.yaml", List.of(), at(4, 43)),
            new Catalog.ParamsFile("extra.yaml", List.of(), at(1, 18)),
            new Catalog.ParamsFile("params.yaml", List.of(), new Location("params.yaml", 1, 1)));
  }

  @Test
  void metricsAreThoseOfTheStagesAndOfTheTop() {
    project.pipeline(
        """
        metrics: [all.json, m/one.json]
        stages:
          one: {cmd: a, wdir: m, metrics: [one.json: {cache: false}]}
        """);
    assertThat(project.load().catalog().metrics())
        .containsExactly(
            new Catalog.MetricsFile("m/one.json", Optional.of("one"), at(3, 36)),
            new Catalog.MetricsFile("all.json", Optional.empty(), at(1, 11)));
  }

  @Test
  void aPlotOfAStageMayBeDrawnInSeveralWays() {
    project.pipeline(
        """
        stages:
          one:
            cmd: a
            wdir: m
            plots:
              - plain.csv
              - loss.tsv: {x: step, y: loss, title: The loss, template: smooth, header: false}
              - two.csv: [{y: a}, {y: b, y_label: B}]
        """);
    List<Catalog.Plot> plots = project.load().catalog().plots();
    assertThat(plots)
        .extracting(Catalog.Plot::id, Catalog.Plot::ys, Catalog.Plot::xs)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("m/plain.csv", List.of(), List.of()),
            org.assertj.core.groups.Tuple.tuple(
                "m/loss.tsv",
                List.of(axis("m/loss.tsv", "loss")),
                List.of(axis("m/loss.tsv", "step"))),
            org.assertj.core.groups.Tuple.tuple(
                "m/two.csv", List.of(axis("m/two.csv", "a")), List.of()),
            org.assertj.core.groups.Tuple.tuple(
                "m/two.csv", List.of(axis("m/two.csv", "b")), List.of()));
    assertThat(plots.get(1).title()).contains("The loss");
    assertThat(plots.get(1).template()).contains("smooth");
    assertThat(plots.get(1).header()).isFalse();
    assertThat(plots.get(3).yLabel()).contains("B");
    assertThat(plots).extracting(Catalog.Plot::stage).containsOnly(Optional.of("one"));
  }

  @Test
  void aPlotOfTheTopMayTakeColumnsOfSeveralFiles() {
    project
        .params("curve: loss\n")
        .pipeline(
            """
            plots:
              - alone.csv
              - none.csv:
              - file.csv: {x: step, y: [a, '${curve}']}
              - both:
                  x: step
                  y: {a.csv: [p, q], b.csv: p}
              - own:
                  x: {c.csv: t}
                  y: {a.csv: p, b.csv: p}
            """);
    List<Catalog.Plot> plots = project.load().catalog().plots();
    assertThat(plots)
        .extracting(Catalog.Plot::id)
        .containsExactly("alone.csv", "none.csv", "file.csv", "both", "own");
    assertThat(plots.get(2).ys()).containsExactly(axis("file.csv", "a"), axis("file.csv", "loss"));
    assertThat(plots.get(2).xs())
        .containsExactly(axis("file.csv", "step"), axis("file.csv", "step"));
    assertThat(plots.get(3).ys())
        .containsExactly(axis("a.csv", "p"), axis("a.csv", "q"), axis("b.csv", "p"));
    assertThat(plots.get(3).xs())
        .containsExactly(axis("a.csv", "step"), axis("a.csv", "step"), axis("b.csv", "step"));
    assertThat(plots.get(4).xs()).containsExactly(axis("c.csv", "t"));
  }

  @Test
  void artifactsAreNamed() {
    project.pipeline(
        """
        artifacts:
          model: {path: m, type: model, desc: ours, labels: [x, y], meta: {n: 1}}
        """);
    Catalog.Artifact artifact = project.load().catalog().artifacts().get(0);
    assertThat(artifact.name()).isEqualTo("model");
    assertThat(artifact.path()).isEqualTo("m");
    assertThat(artifact.labels()).containsExactly("x", "y");
    assertThat(artifact.at()).isEqualTo(at(2, 3));
  }

  @Test
  void whatCannotBeShownIsFound() {
    project.pipeline(
        """
        params: [../p.yaml]
        plots:
          - a:
              x: {a.csv: [p, q]}
              y: {b.csv: [p, q, r]}
          - b.csv: {x: 3, y: {../c.csv: [4]}}
          - ../d.csv: {y: a}
        artifacts:
          m: {path: /m, labels: x}
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:1:10: path '../p.yaml' holds '..'; a path goes down from the project"
                + " folder",
            "pipeline.yaml:4:10: 'x' names 2 columns and 'y' 3; one 'x' for all, or one for each"
                + " 'y'",
            "pipeline.yaml:6:16: 'x' is a column, or a mapping of a file to a column; found the"
                + " number 3",
            "pipeline.yaml:6:23: path '../c.csv' holds '..'; a path goes down from the project"
                + " folder",
            "pipeline.yaml:6:34: the name of a column is expected; found the number 4",
            "pipeline.yaml:7:5: path '../d.csv' holds '..'; a path goes down from the project"
                + " folder",
            "pipeline.yaml:9:13: path '/m' is absolute; a path is relative to the project folder",
            "pipeline.yaml:9:25: 'labels' has to be a list; found the text 'x'");
  }

  @Test
  void dataSetsOfDvcAreRefused() {
    project.pipeline("stages: {}\ndatasets: [{name: x, type: dvc}]\n");
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:2:1: 'datasets' are not supported; register data with 'ftpipe add PATH"
                + " --from URL'");
  }

  private static Catalog.Axis axis(String file, String column) {
    return new Catalog.Axis(file, column);
  }

  private static Location at(int line, int column) {
    return new Location("pipeline.yaml", line, column);
  }
}
