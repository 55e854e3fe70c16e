package dev.ftpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of real runs, through the command line. */
final class ReportTest {
  private static final String HOSTILE =
      "</script><img src=x onerror=alert(1)> /*PAGE*/ <!--TITLE-->";

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
                  data:
                    desc: %s
                    cmd: cat raw > data
                    deps: [raw]
                    outs: [data]
                  train:
                    cmd: 'echo said; cat data; mkdir -p live/plots/metrics/train;
                      printf "step\\tloss\\n1\\t${rate}\\n2\\t0.25\\n" > live/plots/metrics/train/loss.tsv;
                      echo "{\\"loss\\": ${rate}}" > live/metrics.json'
                    deps: [data]
                    params: [rate]
                    metrics: [live: {cache: false}]
                """
                    .formatted("'" + HOSTILE + "'"))
            .write("raw", "1\n")
            .write("params.yaml", "rate: 0.5\n");
    project.ftpipe("repro");
  }

  private JsonNode view(String... arguments) throws IOException {
    String[] all = new String[arguments.length + 2];
    all[0] = "report";
    all[1] = "--json";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return project.ftpipe(all).json();
  }

  @Test
  void report_ofARun_hasTimesCausesFilesAndLogs() throws IOException {
    JsonNode stages = view().path("stages");

    JsonNode train = stages.get(1);
    assertThat(train.path("name").asText()).isEqualTo("train");
    assertThat(train.path("action").asText()).isEqualTo("run");
    assertThat(train.path("cause").asText()).isEqualTo("not run before");
    assertThat(train.path("begin").asDouble())
        .isGreaterThanOrEqualTo(stages.get(0).path("begin").asDouble());
    assertThat(train.path("log").asText()).startsWith("said\n1\n");
    assertThat(train.at("/inputs/0/path").asText()).isEqualTo("data");
    assertThat(train.at("/inputs/0/digest").asText())
        .isEqualTo(stages.at("/0/outputs/0/digest").asText());
    assertThat(view().at("/sources/0/path").asText()).isEqualTo("raw");
    assertThat(view().at("/graph/1/after/0").asInt()).isZero();
  }

  @Test
  void report_ofAnEarlierRun_showsWhatThatLeft_notWhatIsThereNow() throws IOException {
    project.ftpipe("repro", "-S", "rate=0.125");

    JsonNode now = view("--with", "-2");
    JsonNode before = view("-2");

    assertThat(now.at("/charts/0/series/0/points/0/y").asDouble()).isEqualTo(0.125);
    assertThat(now.at("/charts/0/series/1/points/0/y").asDouble()).isEqualTo(0.5);
    assertThat(before.at("/charts/0/series/0/points/0/y").asDouble()).isEqualTo(0.5);
    assertThat(now.path("runs").path("rows")).hasSize(2);
    assertThat(before.path("runs").path("rows")).hasSize(1);
    assertThat(now.path("values").toString()).contains("\"before\":\"0.5\",\"change\":\"-0.375\"");
  }

  @Test
  void report_twice_isTheSameFile_whichLoadsNothingAndRunsNoTextOfTheProject() throws IOException {
    Result one = project.ftpipe("report", "-o", "one.html");
    project.write("params.yaml", "rate: 7\n");
    project.ftpipe("report", "latest", "-o", "two.html");

    assertThat(one.exitCode()).isZero();
    String html = project.read("one.html");
    assertThat(project.read("two.html")).isEqualTo(html);
    assertThat(html)
        .contains("default-src 'none'", "connect-src 'none'")
        .doesNotContain("</script><img")
        .doesNotContainPattern("(src|href)=\"http");
  }

  @Test
  void report_ofAFailedRun_saysWhy_andOfNone_whatToDo() throws IOException {
    project.write("raw", "2\n");
    project.write(
        "pipeline.yaml",
        """
        stages:
          bad: {cmd: 'cat raw; exit 3', deps: [raw], outs: [x]}
          next: {cmd: 'cp x y', deps: [x], outs: [y]}
        """);
    project.ftpipe("repro", "-k");

    JsonNode stages = view().path("stages");
    assertThat(stages.at("/0/failure").asText()).contains("exit code 3");
    assertThat(stages.at("/1/action").asText()).isEqualTo("skipped");

    Result unknown = project.ftpipe("report", "nonsense");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("there is no run 'nonsense'");
  }

  @Test
  void report_ofARunThatFailed_doesNotPassOffTheCurvesOfTheRunBeforeAsItsOwn() throws IOException {
    assertThat(view().path("charts")).hasSize(1);
    project.write(
        "pipeline.yaml", project.read("pipeline.yaml").replace("echo said;", "echo said; exit 3;"));
    project.ftpipe("repro");

    assertThat(view().at("/stages/1/action").asText()).isEqualTo("failed");
    assertThat(view().path("charts")).isEmpty();
    assertThat(view("-2").path("charts")).hasSize(1);
  }

  @Test
  void report_ofARunOfAnOlderFtpipe_showsItsRecord() throws IOException {
    Path run;
    try (var runs = Files.list(folder.resolve(".ftpipe/runs"))) {
      run = runs.findFirst().orElseThrow();
    }
    Files.delete(run.resolve("graph.json"));
    Files.delete(run.resolve("events.jsonl"));
    Files.delete(run.resolve("pipeline.lock"));

    JsonNode stages = view().path("stages");

    assertThat(stages).hasSize(2);
    assertThat(stages.at("/1/begin").isNull()).isTrue();
    assertThat(stages.at("/1/outputs/0/digest").asText()).hasSize(64);
  }
}
