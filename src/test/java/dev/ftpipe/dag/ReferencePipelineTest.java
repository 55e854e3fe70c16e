package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.config.ParamOverrides;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A whole pipeline as its users have it for DVC. */
final class ReferencePipelineTest {
  private final Path root = root();
  private final Graph graph = Pipelines.load(root, Map.of(), ParamOverrides.NONE);

  private static Path root() {
    try {
      return Path.of(
          Objects.requireNonNull(ReferencePipelineTest.class.getResource("/dag/reference/"))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void stagesStandInOrder() {
    assertThat(graph.stages())
        .extracting(Stage::name)
        .containsExactly(
            "generate_identity_data",
            "process_orca_data",
            "process_platypus_data",
            "data_split@identity_subset.jsonl",
            "data_split@orca_processed_subset.jsonl",
            "data_split@platypus_processed_subset.jsonl",
            "merge_data",
            "fetch_model@7b",
            "fetch_model@13b",
            "fetch_model@70b",
            "train",
            "merge_model",
            "sanity_check",
            "report@data-html",
            "report@model-html");
  }

  @Test
  void commandsAreTemplated() {
    assertThat(graph.stage("train").action())
        .isEqualTo(
            new Action.Shell(
                List.of(
                    "python scripts/train.py --model models/base-7b --learning_rate 0.0002 --bf16"
                        + " --name 'it'\"'\"'s'",
                    "echo trained on $(hostname) with ${HOME}"),
                "."));
  }

  @Test
  void declaredParamsHaveTheirValues() {
    assertThat(graph.stage("process_orca_data").params())
        .extracting(Param::file, Param::name, param -> param.value().toString())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("params.yaml", "data.orca.subset_size", "0.5"),
            org.assertj.core.groups.Tuple.tuple("params.yaml", "random_seed", "42"));
  }

  @Test
  void outputsKeepTheirSettings() {
    assertThat(graph.stage("train").outs())
        .containsExactly(
            output("models/adapter-7b", Output.Role.OUT, true, true),
            output("metrics/train.json", Output.Role.METRIC, false, true),
            output("metrics/plots", Output.Role.PLOT, false, true));
    assertThat(graph.stage("fetch_model@7b").outs())
        .containsExactly(output("models/base-7b", Output.Role.OUT, true, false));
  }

  private static Output output(String path, Output.Role role, boolean cache, boolean push) {
    return new Output(path, role, cache, false, push, Optional.empty(), Optional.empty());
  }

  @Test
  void foldersAndTheirPartsMakeEdges() {
    assertThat(names(graph.upstream(graph.stage("train"))))
        .containsExactly("merge_data", "fetch_model@7b");
    assertThat(names(graph.upstream(graph.stage("merge_model"))))
        .containsExactly("fetch_model@7b", "train");
    assertThat(names(graph.upstream(graph.stage("report@data-html"))))
        .containsExactly("sanity_check");
  }

  @Test
  void sourcesAreWhatNoStageMakes() {
    assertThat(graph.sources())
        .contains("data/raw/orca.parquet", "scripts/train.py")
        .doesNotContain("data/merged", "models/base-7b", "sanity_check_result");
  }

  @Test
  void anOverrideReachesTemplatesAndParams() {
    Graph other =
        Pipelines.load(
            root,
            Map.of(),
            new ParamOverrides(Optional.empty(), List.of("train.model_size=13b", "random_seed=7")));
    assertThat(names(other.upstream(other.stage("train"))))
        .containsExactly("merge_data", "fetch_model@13b");
    assertThat(other.stage("process_orca_data").params().get(1).value().intValue()).isEqualTo(7);
  }

  private static List<String> names(List<Stage> stages) {
    return stages.stream().map(Stage::name).toList();
  }
}
