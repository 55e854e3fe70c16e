package dev.ftpipe.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import dev.ftpipe.cli.CommandLines.Result;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs as an MLflow server has them. */
final class MlflowTest {
  @TempDir Path folder;
  private CommandLines project;

  @BeforeEach
  void project() throws IOException {
    project =
        new CommandLines(folder.resolve("project"))
            .write(
                "pipeline.yaml",
                """
                stages:
                  train:
                    cmd: |
                      mkdir -p live/plots/metrics/train
                      printf 'step\\tloss\\n1\\t0.75\\n2\\t0.5\\n7\\t0.25\\n' > live/plots/metrics/train/loss.tsv
                      echo '{"eval": {"loss": 0.125}, "note": "text"}' > live/metrics.json
                      exit ${fail}
                    params: [rate, name, fail]
                    metrics: [live: {cache: false}]
                """)
            .write("params.yaml", "rate: 0.5\nname: Zoë\nfail: 0\n");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aServerThatIsAway_isSaid_andTheRunIsNoneTheWorse() throws IOException {
    String uri = "http://127.0.0.1:" + freePort();
    assertThat(project.ftpipe("config", "mlflow.uri", uri).exitCode()).isZero();
    assertThat(project.ftpipe("config", "mlflow.uri").out()).isEqualTo(uri + "\n");

    Result repro = project.ftpipe("repro");

    assertThat(repro.exitCode()).isZero();
    assertThat(repro.err()).contains("note: the run was not sent to MLflow", uri, "refused");
    assertThat(project.ftpipe("repro").err()).doesNotContain("MLflow");
  }

  @Test
  void anAddressThatIsNone_isRefused() {
    Result config = project.ftpipe("config", "mlflow.uri", "sqlite:///x");

    assertThat(config.exitCode()).isEqualTo(2);
    assertThat(config.err()).contains("'uri' has to be the http:// or https:// address");
  }

  @Test
  @Tag("slow")
  void aServer_hasParamsMetricsCurvesAndHowTheyEnded() throws Exception {
    String program = System.getenv().getOrDefault("MLFLOW", "mlflow");
    assumeTrue(
        !Programs.lines(java.util.List.of(program, "--version")).isEmpty(),
        "needs MLflow: pip install mlflow, its program on the PATH or in MLFLOW");
    int port = freePort();
    Process server =
        new ProcessBuilder(
                program,
                "server",
                "--host",
                "127.0.0.1",
                "--port",
                "" + port,
                "--workers",
                "1",
                "--backend-store-uri",
                "sqlite:///" + folder.resolve("mlflow.db"),
                "--artifacts-destination",
                folder.resolve("artifacts").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("server.log").toFile())
            .start();
    try {
      URI uri = URI.create("http://127.0.0.1:" + port);
      await(uri.resolve("/health"), server);
      project.ftpipe("config", "mlflow.uri", uri.toString());
      project.ftpipe("config", "mlflow.experiment", "identity of a model");

      Result done = project.ftpipe("repro");
      Result failed = project.ftpipe("repro", "-S", "fail=3");

      assertThat(done.err() + failed.err()).doesNotContain("MLflow");
      JsonNode experiment =
          get(
              uri.resolve(
                  "/api/2.0/mlflow/experiments/get-by-name?experiment_name=identity%20of%20a%20model"));
      JsonNode runs =
          post(
              uri.resolve("/api/2.0/mlflow/runs/search"),
              "{\"experiment_ids\": [\""
                  + experiment.at("/experiment/experiment_id").asText()
                  + "\"], \"order_by\": [\"attributes.start_time ASC\"]}");
      assertThat(runs.path("runs")).hasSize(2);
      JsonNode first = runs.at("/runs/0");
      assertThat(first.at("/info/status").asText()).isEqualTo("FINISHED");
      assertThat(runs.at("/runs/1/info/status").asText()).isEqualTo("FAILED");
      assertThat(named(first.at("/data/params")))
          .containsAllEntriesOf(Map.of("rate", "0.5", "name", "Zoë"));
      assertThat(named(first.at("/data/metrics")))
          .containsAllEntriesOf(Map.of("eval.loss", "0.125", "train/loss", "0.25"));
      assertThat(named(first.at("/data/tags")))
          .hasEntrySatisfying("mlflow.source.name", name -> assertThat(name).endsWith(" repro"))
          .containsEntry(
              "mlflow.runName",
              project.ftpipe("runs", "show", "-2", "--json").json().path("id").asText());
      String history =
          "/api/2.0/mlflow/metrics/get-history?metric_key=train/loss&run_id="
              + first.at("/info/run_id").asText();
      assertThat(get(uri.resolve(history)).path("metrics").findValuesAsText("step"))
          .containsExactlyInAnyOrder("1", "2", "7");
    } finally {
      server.descendants().forEach(ProcessHandle::destroy);
      server.destroy();
      server.waitFor();
    }
  }

  private static Map<String, String> named(JsonNode list) {
    Map<String, String> values = new java.util.TreeMap<>();
    list.forEach(each -> values.put(each.path("key").asText(), each.path("value").asText()));
    return values;
  }

  private static void await(URI uri, Process server) throws Exception {
    for (int i = 0; i < 600; i++) {
      assertThat(server.isAlive()).isTrue();
      try {
        if (client()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                .statusCode()
            == 200) {
          return;
        }
      } catch (IOException e) {
        // It is not there yet.
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError("MLflow does not start");
  }

  private static HttpClient client() {
    return HttpClient.newHttpClient();
  }

  private static JsonNode get(URI uri) throws Exception {
    return read(HttpRequest.newBuilder(uri).build());
  }

  private static JsonNode post(URI uri, String body) throws Exception {
    return read(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private static JsonNode read(HttpRequest request) throws Exception {
    var answer = client().send(request, BodyHandlers.ofString(UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.mapper().readTree(answer.body());
  }
}
