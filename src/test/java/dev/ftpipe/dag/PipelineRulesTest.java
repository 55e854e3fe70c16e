package dev.ftpipe.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.config.ParamOverrides;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule of the pipeline file, with the message and the place of a breach. */
final class PipelineRulesTest {
  @TempDir Path folder = Path.of("");
  private Project project = new Project(folder);

  @BeforeEach
  void useFolder() {
    project = new Project(folder);
  }

  @Test
  void aFolderWithoutAPipelineIsNoProject() {
    assertThat(project.problems().get(0)).startsWith("no pipeline.yaml or dvc.yaml in ");
  }

  @Test
  void pipelineYamlGoesBeforeDvcYaml() {
    project.file("dvc.yaml", "stages: {old: {cmd: a}}");
    assertThat(project.load().stages()).extracting(Stage::name).containsExactly("old");
    project.pipeline("stages: {new: {cmd: a}}");
    assertThat(project.load().stages()).extracting(Stage::name).containsExactly("new");
  }

  @Test
  void aPipelineMayHaveNoStages() {
    assertThat(project.pipeline("stages: {}\n").load().stages()).isEmpty();
    assertThat(project.pipeline("stages:\n").load().stages()).isEmpty();
  }

  @Test
  void anEmptyFileIsNoPipeline() {
    assertThat(project.pipeline("# nothing\n").problems())
        .containsExactly("pipeline.yaml:1:1: the file is empty; it has to hold 'stages'");
  }

  @Test
  void aListIsNoPipeline() {
    assertThat(project.pipeline("- a\n").problems())
        .containsExactly("pipeline.yaml:1:1: the file has to be a mapping; found a list");
  }

  @Test
  void everyProblemIsShownAtOnceInTheOrderOfTheFile() {
    project.pipeline(
        """
        stage: 1
        stages:
          b:
            cmd: b
            dep: [x]
          a:
            cmd: [1]
            frozen: "yes"
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:1:1: unknown key 'stage'; did you mean 'stages'?",
            "pipeline.yaml:5:5: unknown key 'dep'; did you mean 'deps'?",
            "pipeline.yaml:7:11: 'cmd' has to be a text or a list of texts; found the number 1",
            "pipeline.yaml:8:13: 'frozen' has to be true or false; found the text 'yes'");
  }

  @Test
  void aStageDoesSomething() {
    assertThat(project.pipeline("stages:\n  a:\n    deps: [x]\n").problems())
        .containsExactly("pipeline.yaml:2:3: stage 'a' has neither 'cmd' nor 'uses'");
  }

  @Test
  void aStageIsAMapping() {
    assertThat(project.pipeline("stages:\n  a: run it\n").problems())
        .containsExactly(
            "pipeline.yaml:2:6: stage 'a' has to be a mapping; found the text 'run it'");
  }

  @Test
  void aStageNameHoldsNoTemplateAndNoSpecialCharacter() {
    project.params("x: 1").pipeline("stages:\n  a-${x}:\n    cmd: a\n  b@c:\n    cmd: b\n");
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:2:3: stage name 'a-${x}' holds '$'; use letters, digits, '_' and '-'",
            "pipeline.yaml:4:3: stage name 'b@c' holds '@'; use letters, digits, '_' and '-'");
  }

  @Test
  void twoStagesWithOneOutput() {
    project.pipeline(
        """
        stages:
          a: {cmd: a, outs: [x/y]}
          b: {cmd: b, outs: [./x//y/]}
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:3:22: output 'x/y' of stage 'b' is also an output of stage 'a'"
                + " (pipeline.yaml:2:22); a path has one writer");
  }

  @Test
  void anOutputInsideAnother() {
    project.pipeline(
        """
        stages:
          a: {cmd: a, outs: [x/y/z]}
          b: {cmd: b, outs: [x]}
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:2:22: output 'x/y/z' of stage 'a' lies inside output 'x' of stage 'b'"
                + " (pipeline.yaml:3:22); outputs may not overlap");
  }

  @Test
  void namesThatOnlyBeginAlikeDoNotOverlap() {
    project.pipeline("stages:\n  a: {cmd: a, outs: [x]}\n  b: {cmd: b, outs: [x-y, xz/a]}\n");
    assertThat(project.problems()).isEmpty();
  }

  @Test
  void aCycleIsShownWithItsPlaces() {
    project.pipeline(
        """
        stages:
          before: {cmd: z, outs: [z]}
          a: {cmd: a, deps: [z, c], outs: [a]}
          b: {cmd: b, deps: [a], outs: [b]}
          c: {cmd: c, deps: [b], outs: [c]}
          after: {cmd: d, deps: [c]}
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:3:3: cycle: a → b → c → a; each writes what the next one reads"
                + " (a at pipeline.yaml:3:3, b at pipeline.yaml:4:3, c at pipeline.yaml:5:3)");
  }

  @Test
  void aStageThatReadsItsOwnOutputIsACycle() {
    project.pipeline("stages:\n  a: {cmd: a, deps: [x], outs: [x/y]}\n");
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:2:3: cycle: a → a; each writes what the next one reads"
                + " (a at pipeline.yaml:2:3)");
  }

  @Test
  void everyCycleIsShown() {
    project.pipeline(
        """
        stages:
          a: {cmd: a, deps: [b], outs: [a]}
          b: {cmd: b, deps: [a], outs: [b]}
          c: {cmd: c, deps: [d, a], outs: [c]}
          d: {cmd: d, deps: [c], outs: [d]}
        """);
    assertThat(project.problems()).hasSize(2).allMatch(line -> line.contains("cycle: "));
  }

  @Test
  void pathsStayInTheProject() {
    project.pipeline(
        """
        stages:
          a:
            cmd: a
            deps:
              - ../x
              - /etc/passwd
              - a/../b
              - ""
              - C:/x
              - a\\b
              - s3://bucket/x
              - [x]
            outs: [., .git/x, pipeline.lock]
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:5:9: path '../x' holds '..'; a path goes down from the project folder",
            "pipeline.yaml:6:9: path '/etc/passwd' is absolute; a path is relative to the project"
                + " folder",
            "pipeline.yaml:7:9: path 'a/../b' holds '..'; a path goes down from the project folder",
            "pipeline.yaml:8:9: a path may not be empty",
            "pipeline.yaml:9:9: path 'C:/x' is absolute; a path is relative to the project folder",
            "pipeline.yaml:10:9: path 'a\\b' holds a backslash; parts are joined by '/'",
            "pipeline.yaml:11:9: path 's3://bucket/x' is a URL; register it with 'ftpipe add PATH"
                + " --from URL'",
            "pipeline.yaml:12:9: a dependency has to be a path; found a list",
            "pipeline.yaml:13:12: the project folder itself cannot be an output",
            "pipeline.yaml:13:15: '.git/x' belongs to the project and cannot be an output",
            "pipeline.yaml:13:23: 'pipeline.lock' belongs to the project and cannot be an output");
  }

  @Test
  void pathsAreRelativeToTheWorkingFolder() {
    project.pipeline("stages:\n  a: {cmd: a, wdir: sub/dir, deps: [../x, y], outs: [./z/]}\n");
    Stage stage = project.load().stage("a");
    assertThat(stage.deps()).containsExactly("sub/x", "sub/dir/y");
    assertThat(stage.outs()).extracting(Output::path).containsExactly("sub/dir/z");
    assertThat(stage.action()).isEqualTo(new Action.Shell(java.util.List.of("a"), "sub/dir"));
  }

  @Test
  void theWorkingFolderStaysInTheProject() {
    project.pipeline(
        "stages:\n  a: {cmd: a, wdir: ../x}\n  b: {cmd: b, wdir: d, deps: [../../y]}\n");
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:2:21: 'wdir': path '../x' holds '..'; a path goes down from the project"
                + " folder",
            "pipeline.yaml:3:31: path '../../y' leads out of the project folder");
  }

  @Test
  void aDependencyIsNamedOnce() {
    project.pipeline("stages:\n  a: {cmd: a, deps: [x, ./x]}\n");
    assertThat(project.problems())
        .containsExactly("pipeline.yaml:2:25: dependency 'x' is named twice");
  }

  @Test
  void outputsHaveSettings() {
    project.pipeline(
        """
        stages:
          a:
            cmd: a
            outs:
              - x: {cache: false, persist: true, push: false, remote: far, desc: the x}
              - y: {cahce: false}
              - z: {cache: "no"}
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:6:13: unknown key 'cahce'; did you mean 'cache'?",
            "pipeline.yaml:7:20: 'cache' has to be true or false; found the text 'no'");
    project.pipeline(
        """
        stages:
          a:
            cmd: a
            outs:
              - x: {cache: false, persist: true, push: false, remote: far, desc: the x}
        """);
    assertThat(project.load().stage("a").outs())
        .containsExactly(
            new Output(
                "x",
                Output.Role.OUT,
                false,
                true,
                false,
                java.util.Optional.of("far"),
                java.util.Optional.of("the x")));
  }

  @Test
  void paramsHaveThreeForms() {
    project
        .params("a: {b: [1, 2]}\nc: text\n")
        .file("other.yaml", "d: 2e-4\ne: 5\n")
        .file("whole.json", "{\"f\": true}")
        .pipeline(
            """
            stages:
              s:
                cmd: s
                params:
                  - a.b[1]
                  - c
                  - other.yaml: [d]
                  - whole.json:
            """);
    assertThat(project.load().stage("s").params())
        .extracting(param -> param.file() + " " + param.name() + " " + param.value())
        .containsExactly(
            "params.yaml a.b[1] 2",
            "params.yaml c \"text\"",
            "other.yaml d 2.0E-4",
            "whole.json  {\"f\":true}");
  }

  @Test
  void anUnknownParamOrFileIsFound() {
    project
        .params("train: {rate: 1}\n")
        .pipeline(
            """
            stages:
              s:
                cmd: s
                params: [train.rat, none.yaml: [x], 7, other.yaml: 3]
            """)
        .file("other.yaml", "a: 1");
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:4:14: params.yaml: there is no 'rat' in 'train' (params.yaml:1:8); did"
                + " you mean 'rate'?",
            "pipeline.yaml:4:25: there is no params file 'none.yaml'",
            "pipeline.yaml:4:41: 'params' lists names, and mappings of a file to names; found the"
                + " number 7",
            "pipeline.yaml:4:56: names of params have to be a list; found the number 3");
  }

  @Test
  void aParamsFileThatAStageWritesIsADependency() {
    project.pipeline(
        """
        stages:
          use: {cmd: b, params: [made/p.yaml: [x]]}
          make: {cmd: a, outs: [made]}
        """);
    Graph graph = project.load();
    assertThat(graph.stages()).extracting(Stage::name).containsExactly("make", "use");
    assertThat(graph.stage("use").deps()).containsExactly("made/p.yaml");
    assertThat(graph.upstream(graph.stage("use"))).containsExactly(graph.stage("make"));
  }

  @Test
  void settingsOfAStageAreRead() {
    project.pipeline(
        """
        stages:
          a:
            cmd: a
            desc: what it does
            meta: {any: [thing]}
            frozen: true
            always_changed: true
            env: {A: text, B: 1, C: 2e-4, D: true}
            resources: {cpus: 2, memory: 8GB, gpu: 1}
            timeout: 30m
            retries: 3
            reproducible: {metrics: {loss: 0.02}}
        """);
    Stage stage = project.load().stage("a");
    assertThat(stage.description()).contains("what it does");
    assertThat(stage.frozen()).isTrue();
    assertThat(stage.alwaysChanged()).isTrue();
    assertThat(stage.env())
        .containsExactly(
            Map.entry("A", "text"),
            Map.entry("B", "1"),
            Map.entry("C", "0.0002"),
            Map.entry("D", "true"));
    assertThat(stage.resources()).isEqualTo(new Resources(2, 8_000_000_000L, 1));
    assertThat(stage.timeout()).contains(java.time.Duration.ofMinutes(30));
    assertThat(stage.retries()).isEqualTo(3);
    assertThat(stage.reproducible()).isEqualTo(new Reproducible.Metrics(Map.of("loss", 0.02)));
  }

  @Test
  void wrongSettingsAreFound() {
    project.pipeline(
        """
        stages:
          a:
            cmd: a
            env: {"1": x, B: [1], C: null}
            resources: {cpu: 2, memory: big, gpu: -1}
            timeout: soon
            retries: 1.5
            reproducible: maybe
          b: {cmd: b, reproducible: {metrics: {loss: low}}, desc: 3}
          c: {cmd: c, reproducible: {metrics: {}}}
          d: {cmd: d, reproducible: no, timeout: 0}
          e: {cmd: [], deps: x}
          f: {cmd: ""}
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:4:11: '1' is no name of an environment variable",
            "pipeline.yaml:4:22: variable 'B' has to be a text; found a list",
            "pipeline.yaml:4:30: variable 'C' has to be a text; found nothing",
            "pipeline.yaml:5:17: unknown key 'cpu'; did you mean 'cpus' or 'gpu'?",
            "pipeline.yaml:5:33: 'memory' has to be a size such as 8GB or 512MiB; found the text"
                + " 'big'",
            "pipeline.yaml:5:43: 'gpu' has to be a whole number, 0 or more; found the number -1",
            "pipeline.yaml:6:14: 'timeout' has to be a time such as 90s, 30m or 2h; found the text"
                + " 'soon'",
            "pipeline.yaml:7:14: 'retries' has to be a whole number, 0 or more; found the number"
                + " 1.5",
            "pipeline.yaml:8:19: 'reproducible' is bytes, no, or {metrics: {NAME: TOLERANCE}};"
                + " found the text 'maybe'",
            "pipeline.yaml:9:29: 'reproducible' names no metric with its tolerance",
            "pipeline.yaml:9:46: the tolerance of 'loss' has to be a number, 0 or more; found the"
                + " text 'low'",
            "pipeline.yaml:9:59: 'desc' has to be a text; found the number 3",
            "pipeline.yaml:10:29: 'reproducible' names no metric with its tolerance",
            "pipeline.yaml:11:42: 'timeout' has to be a time such as 90s, 30m or 2h; found the"
                + " number 0",
            "pipeline.yaml:12:12: 'cmd' is an empty list; at least one command is expected",
            "pipeline.yaml:12:22: 'deps' has to be a list; found the text 'x'",
            "pipeline.yaml:13:12: 'cmd' holds an empty command");
  }

  @Test
  void whatStandsBesideTheStagesIsChecked() {
    project.pipeline(
        """
        params: [params.yaml, 3]
        metrics: {x: 1}
        plots:
          - curve.csv: {x: step, why: loss}
          - plain.csv
          - {alone.csv: null}
        artifacts:
          model: {path: m, type: model, pth: x}
          other: {desc: no path}
        stages: {}
        """);
    assertThat(project.problems())
        .containsExactly(
            "pipeline.yaml:1:23: 'params' lists files; found the number 3",
            "pipeline.yaml:2:10: 'metrics' has to be a list; found a mapping",
            "pipeline.yaml:4:26: unknown key 'why'; did you mean 'y'?",
            "pipeline.yaml:8:33: unknown key 'pth'; did you mean 'path'?",
            "pipeline.yaml:9:3: artifact 'other' has no 'path'");
  }

  @Test
  void wrongAssignmentsOfTheCommandLineAreFound() {
    project.params("train: {rate: 1, sizes: [1, 2]}\n").pipeline("stages: {a: {cmd: a}}\n");
    assertThat(
            project.problems(
                new ParamOverrides(
                    java.util.Optional.empty(),
                    java.util.List.of("train.rat=2", "nonsense", "train.rate=[1", "train.rate=3"))))
        .containsExactly(
            "-S nonsense: has to be NAME=VALUE, as in train.learning_rate=1e-4",
            "-S train.rat=2: there is no parameter 'train.rat' in params.yaml; did you mean"
                + " 'train.rate'?",
            "-S train.rate=[1: not YAML: while parsing a flow sequence, expected ',' or ']',"
                + " but got <stream end>");
  }

  @Test
  void aParamsFileOfTheCommandLineGoesOverParamsYamlAndAssignmentsOverIt() {
    project
        .params("train: {rate: 1, size: 7, name: x}\n")
        .file("other.yaml", "train: {rate: 2, size: 13}\nextra: e\n")
        .pipeline(
            "stages: {a: {cmd: '${train.rate} ${train.size} ${train.name} ${extra}', params:"
                + " [train.size]}}\n");
    Graph graph =
        project.load(
            new ParamOverrides(
                java.util.Optional.of(folder.resolve("other.yaml")),
                java.util.List.of("train.size=70")));
    assertThat(graph.stage("a").action())
        .isEqualTo(new Action.Shell(java.util.List.of("2 70 x e"), "."));
    assertThat(graph.stage("a").params().get(0).value().intValue()).isEqualTo(70);
  }

  @Test
  void problemsOfParamsYamlAreFoundWithTheOthers() {
    project.params("a: 1\na: 2\n").pipeline("stages: {a: {cmd: a, x: 1}}\n");
    assertThat(project.problems())
        .containsExactly(
            "params.yaml:2:1: key 'a' is here twice; it stands at params.yaml:1:1 already",
            "pipeline.yaml:1:22: unknown key 'x'; known: "
                + "always_changed, cmd, deps, desc, env, frozen, in, meta, metrics, out, outs,"
                + " params, plots, reproducible, resources, retries, timeout, uses, vars, wdir,"
                + " with");
  }

  @Test
  void aMissingParamsFileOfTheCommandLineIsFound() {
    project.pipeline("stages: {}\n");
    Path none = folder.resolve("none.yaml");
    assertThatThrownBy(
            () ->
                project.load(new ParamOverrides(java.util.Optional.of(none), java.util.List.of())))
        .isInstanceOf(FtpipeException.class)
        .hasMessage(none + ":1:1: there is no such file");
  }
}
