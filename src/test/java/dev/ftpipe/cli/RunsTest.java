package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.cli.CommandLines.Result;
import dev.ftpipe.git.GitSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Run records of real repros, through the command line. */
final class RunsTest {
  @TempDir Path folder;
  private CommandLines project;

  @BeforeEach
  void pipeline() throws IOException {
    project =
        new CommandLines(folder)
            .write(
                "pipeline.yaml",
                """
                stages:
                  train:
                    cmd: 'echo "rate ${rate}"; echo "{\\"loss\\": ${rate}}" > m.json'
                    params: [rate]
                    metrics: [m.json: {cache: false}]
                  test:
                    cmd: cp m.json copy.json
                    deps: [m.json]
                    outs: [copy.json]
                """)
            .write("params.yaml", "rate: 0.5 # of learning\nepochs: 3\n");
  }

  @Test
  void repro_recordsWhatItDid_andNothingWhenThereIsNothingToDo() throws IOException {
    project.ftpipe("repro");
    project.ftpipe("repro");

    JsonNode runs = project.ftpipe("runs", "--json").json().path("runs");
    assertThat(runs).hasSize(1);

    JsonNode run = project.ftpipe("runs", "show", "latest", "--json").json();
    assertThat(run.path("state").asText()).isEqualTo("done");
    assertThat(run.path("exit_code").asInt()).isZero();
    assertThat(run.path("git").isNull()).isTrue();
    assertThat(run.at("/command").toString()).contains("\"repro\"");
    assertThat(run.at("/params/params.yaml/epochs").asInt()).isEqualTo(3);
    assertThat(run.at("/metrics/m.json/loss").asDouble()).isEqualTo(0.5);
    assertThat(run.at("/stages/0/name").asText()).isEqualTo("train");
    assertThat(run.at("/stages/0/action").asText()).isEqualTo("run");
    assertThat(run.at("/stages/0/key").asText()).hasSize(64);
    assertThat(run.at("/stages/0/outputs/m.json").asText()).hasSize(64);
    assertThat(run.at("/machine/cpus").asInt()).isPositive();
  }

  @Test
  void repro_inARepository_recordsTheRevisionAndWhatWasChanged() throws Exception {
    GitSandbox git = GitSandbox.init(folder);
    project.ftpipe("repro");
    String id = git.commit("one");
    project.write("params.yaml", "rate: 0.25\nepochs: 3\n");
    project.ftpipe("repro");

    JsonNode seen = project.ftpipe("runs", "show", "--json").json().path("git");
    assertThat(seen.path("revision").asText()).isEqualTo(id);
    assertThat(seen.path("branch").asText()).isEqualTo("main");
    // Not the lock file and the metrics, which the repro itself wrote.
    assertThat(seen.path("changed").toString()).isEqualTo("[\"params.yaml\"]");
  }

  @Test
  void repro_thatFails_isRecordedWithItsLog() throws IOException {
    project.write(
        "pipeline.yaml", "stages:\n  bad:\n    cmd: echo nearly there; exit 3\n    outs: [x]\n");
    project.ftpipe("repro");

    JsonNode run = project.ftpipe("runs", "show", "--json").json();
    assertThat(run.path("state").asText()).isEqualTo("failed");
    assertThat(run.path("exit_code").asInt()).isEqualTo(1);
    assertThat(run.at("/stages/0/failure").asText()).contains("exit code 3");
    assertThat(project.ftpipe("runs", "log", "-1", "bad").out()).isEqualTo("nearly there\n");
  }

  @Test
  void runs_showsTheParamsThatDiffer_andTheMetrics() throws IOException {
    project.ftpipe("repro");
    project.ftpipe("repro", "-S", "rate=0.25");

    List<String> lines = project.ftpipe("runs").out().lines().toList();

    assertThat(lines.get(0)).containsSubsequence("Run", "When", "State", "rate", "loss");
    assertThat(lines.get(0)).doesNotContain("epochs");
    assertThat(lines.get(1)).contains("done", "0.5");
    assertThat(lines.get(2)).contains("done", "0.25");
  }

  @Test
  void log_isThatOfTheRun_alsoAfterAnother() throws IOException {
    project.ftpipe("repro");
    project.ftpipe("repro", "-S", "rate=0.25");

    assertThat(project.ftpipe("runs", "log", "-2", "train").out()).isEqualTo("rate 0.5\n");
    assertThat(project.ftpipe("runs", "log", "-1", "train").out()).isEqualTo("rate 0.25\n");
    assertThat(project.ftpipe("runs", "log", "-1", "trian").err()).contains("mean 'train'");
  }

  @Test
  void diff_showsParamsStagesAndMetrics() throws IOException {
    project.ftpipe("repro");
    project.ftpipe("repro", "-S", "rate=0.25");

    String text = project.ftpipe("runs", "diff").out();
    JsonNode json = project.ftpipe("runs", "diff", "--json").json();

    assertThat(text)
        .containsPattern("params.yaml +rate +0.5 +0.25 +-0.25")
        .containsPattern("train +another key, other outputs: m.json")
        .containsPattern("m.json +loss +0.5 +0.25 +-0.25");
    assertThat(json.at("/params/params.yaml/rate/new").asDouble()).isEqualTo(0.25);
  }

  @Test
  void rm_removesOnlyWhatIsNamed_andSaysWhatItDoesNotKnow() throws IOException {
    project.ftpipe("repro");
    project.ftpipe("repro", "-S", "rate=0.25");
    String first = project.ftpipe("runs", "--json").json().at("/runs/0/id").asText();

    assertThat(project.ftpipe("runs", "rm", first, "nonsense").exitCode()).isEqualTo(2);
    assertThat(project.ftpipe("runs", "--json").json().path("runs")).hasSize(2);
    assertThat(project.ftpipe("runs", "rm", first.substring(first.length() - 4)).out())
        .isEqualTo("removed " + first + "\n");
    assertThat(project.ftpipe("runs", "--json").json().path("runs")).hasSize(1);
  }

  @Test
  void runs_whenRecordsAreDamagedOrNewer_showsTheOthers() throws IOException {
    project.ftpipe("repro");
    project.write(".ftpipe/runs/20200101-000000-aaaa/run.json", "{\"format\": 1, \"id\"");
    project.write(
        ".ftpipe/runs/20200101-000000-bbbb/run.json", "{\"format\": 99, \"new\": [1, 2]}");

    Result result = project.ftpipe("runs");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines()).hasSize(2);
    assertThat(result.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("-aaaa is damaged"),
            line -> assertThat(line).contains("-bbbb", "newer ftpipe", "upgrade"));
  }

  @Test
  void runs_whoseProcessIsGone_isInterrupted() throws IOException {
    project.ftpipe("repro");
    Path record = record();
    String text =
        Files.readString(record)
            .replace("\"state\" : \"done\"", "\"state\" : \"running\"")
            .replaceAll("\"pid\" : [0-9]+", "\"pid\" : 999999999");
    Files.writeString(record, text);

    assertThat(project.ftpipe("runs").out()).contains("interrupted");
  }

  @Test
  void set_keepsTheCommentsOfTheFile_andRefusesUnknownNames() throws IOException {
    Result unknown = project.ftpipe("repro", "-S", "rat=1");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("did you mean 'rate'?", "+rat=");

    project.ftpipe("repro", "-S", "rate=0.25", "-S", "+new.value=x");

    assertThat(project.read("params.yaml"))
        .startsWith("rate: 0.25 # of learning\nepochs: 3\n")
        .contains("value: x");
    assertThat(project.read("m.json")).contains("0.25");
    assertThat(project.ftpipe("runs", "show", "--json").json().at("/assignments").toString())
        .isEqualTo("[\"rate=0.25\",\"+new.value=x\"]");
  }

  @Test
  void grid_runsEveryCombination_andPutsTheWorkTreeBack() throws IOException {
    project.ftpipe("repro");
    String params = project.read("params.yaml");
    String lock = project.read("pipeline.lock");

    Result grid = project.ftpipe("repro", "-S", "rate=1,2", "-S", "epochs=3,4");

    assertThat(grid.exitCode()).isZero();
    assertThat(grid.out().lines()).hasSize(5);
    assertThat(grid.out().lines().skip(1)).allMatch(line -> line.contains("done"));
    assertThat(project.read("params.yaml")).isEqualTo(params);
    assertThat(project.read("pipeline.lock")).isEqualTo(lock);
    assertThat(project.read("m.json")).contains("0.5");
    assertThat(project.read("copy.json")).contains("0.5");
    assertThat(project.ftpipe("status").out()).startsWith("up to date");
    JsonNode runs = project.ftpipe("runs", "--json").json().path("runs");
    assertThat(runs).hasSize(5);
    assertThat(runs.get(4).at("/assignments").toString()).isEqualTo("[\"rate=2\",\"epochs=4\"]");
  }

  @Test
  void commandThatReadsTheParamsFileItself_findsTheValuesOfTheCommandLine() throws IOException {
    project.write("params.yaml", "# kept\nrate: 7 # too\nepochs: 1\n");
    project.write("more.yaml", "rate: 10000000000.0\n");
    project.write(
        "pipeline.yaml",
        "stages: {one: {cmd: 'grep rate: params.yaml | tee x | cut -c1-20 >> seen', params: [rate],"
            + " outs: [x]}}");

    assertThat(project.ftpipe("repro", "-S", "rate=1e-5,2").exitCode()).isZero();
    assertThat(project.ftpipe("repro", "--params", "more.yaml").exitCode()).isZero();

    // With a sign, or a reader of YAML 1.1 would take it for a text.
    assertThat(project.read("seen")).isEqualTo("rate: 1.0e-05\nrate: 2\nrate: 10000000000.0\n");
    assertThat(project.read("params.yaml")).isEqualTo("# kept\nrate: 7 # too\nepochs: 1\n");
    assertThat(folder.resolve(".ftpipe/state/params-in-place.json")).doesNotExist();
  }

  @Test
  void paramsThatAKilledReproLeft_areTakenBackByTheNextCommand() throws IOException {
    project.ftpipe("repro");
    String params = project.read("params.yaml");
    String left = Json.mapper().writeValueAsString(params.replace("0.5", "0.125"));
    String saved =
        "{\"process\": 4194305, \"started\": 0, \"files\": {\"params.yaml\": {\"before\": "
            + Json.mapper().writeValueAsString(params)
            + ", \"during\": "
            + left
            + "}}}";
    project.write(".ftpipe/state/params-in-place.json", saved);
    project.write("params.yaml", params.replace("0.5", "0.125"));

    assertThat(project.ftpipe("status").out()).startsWith("up to date");
    assertThat(project.read("params.yaml")).isEqualTo(params);

    project.write(".ftpipe/state/params-in-place.json", saved);
    project.write("params.yaml", params.replace("0.5", "0.75"));
    assertThat(project.ftpipe("status").err()).contains("params.yaml was edited while");
    assertThat(project.read("params.yaml")).contains("0.75");
  }

  @Test
  void grid_ofWhatIsComputed_comesFromTheCache_andIsRecordedAllTheSame() throws IOException {
    project.write(
        "pipeline.yaml", project.read("pipeline.yaml").replace("m.json: {cache: false}", "m.json"));
    project.ftpipe("repro", "-S", "rate=1,2");

    JsonNode again = project.ftpipe("repro", "--json", "-S", "rate=1,2").json();

    assertThat(again.at("/grid/0/params/0").asText()).isEqualTo("rate=1");
    assertThat(again.findValuesAsText("action")).containsOnly("restored");
    assertThat(project.ftpipe("runs", "--json").json().path("runs")).hasSize(4);
  }

  @Test
  void grid_onAFreshFolder_leavesNoOutputs() throws IOException {
    project.ftpipe("repro", "-S", "rate=1,2");

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("pipeline.yaml", "params.yaml", ".ftpipe");
    }
  }

  @Test
  void grid_whenACombinationFails_stopsThere_orGoesOnIfAskedTo() throws IOException {
    project.write(
        "pipeline.yaml",
        """
        stages:
          one:
            cmd: test ${epochs} -ne 1 && echo ${epochs} > x
            params: [epochs]
            outs: [x]
        """);

    Result stops = project.ftpipe("repro", "-S", "epochs=1,2");
    assertThat(stops.exitCode()).isEqualTo(1);
    assertThat(stops.err()).contains("1 combinations were not tried");
    assertThat(stops.out().lines()).hasSize(2);

    Result goesOn = project.ftpipe("repro", "-k", "-S", "epochs=1,2");
    assertThat(goesOn.exitCode()).isEqualTo(1);
    assertThat(goesOn.out().lines()).hasSize(3);
  }

  private Path record() throws IOException {
    try (Stream<Path> runs = Files.list(folder.resolve(".ftpipe/runs"))) {
      Path record = runs.findFirst().orElseThrow().resolve("run.json");
      assertThat(Json.mapper().readTree(record.toFile()).isObject()).isTrue();
      return record;
    }
  }
}
