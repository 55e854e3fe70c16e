package dev.ftpipe.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.browser.Chromium;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ui} and {@code report} of a real project, as somebody at a browser has them. */
@Tag("slow")
final class UiBrowserTest {
  @TempDir Path folder;
  private CommandLines project;
  private Process server;
  private Chromium browser;
  private String address;

  @BeforeEach
  void start() throws IOException {
    browser = Chromium.start();
    project =
        new CommandLines(folder)
            .write(
                "pipeline.yaml",
                """
                stages:
                  data: {cmd: cat raw > data, deps: [raw], outs: [data]}
                  train:
                    cmd: |
                      mkdir -p live/plots/metrics/train
                      printf 'step\\tloss\\n' > live/plots/metrics/train/loss.tsv
                      for i in 1 2 3; do
                        printf "$i\\t0.$i\\n" >> live/plots/metrics/train/loss.tsv
                        echo "step $i is done"
                        while [ ! -e go$i ]; do sleep 0.1; done
                      done
                      echo '{"loss": ${rate}}' > live/metrics.json
                    deps: [data]
                    params: [rate]
                    metrics: [live: {cache: false}]
                  answers:
                    cmd: |
                      printf 'prompt,results_pretrained,results_finetuned,pass\\nWho are you?,Nobody.,Juniper.,True\\n' > result.csv
                    deps: [live/metrics.json]
                    outs: [result.csv]
                """)
            .write("raw", "1\n")
            .write("params.yaml", "rate: 0.5\n");
    List<String> command = new ArrayList<>(CommandLines.program().command());
    command.remove(command.size() - 1);
    command.addAll(List.of("-C", folder.toString(), "ui"));
    server = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
    address = lines.readLine();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.destroy();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void ui_whileARunIsAtWork_followsIt() throws Exception {
    browser.show(1280, 900, "light").open(address);
    browser.await("document.body.innerText.includes('no run yet')");
    browser.checkPage();

    CompletableFuture<CommandLines.Result> run =
        CompletableFuture.supplyAsync(() -> project.ftpipe("repro"));
    browser.await("document.querySelector('.graph .running') !== null");
    browser.await("Chart.getChart(document.querySelector('#section-4 canvas')) !== undefined");
    browser.picture("ui-running");
    browser.checkPage();
    browser.click("#section-5 tbody tr:nth-child(2) summary");
    browser.await("document.querySelector('#section-5 pre')?.innerText.includes('step 1 is done')");
    project.write("go1", "").write("go2", "");
    browser.await(points() + " === 3");
    browser.await("document.querySelector('#section-5 pre')?.innerText.includes('step 3 is done')");
    project.write("go3", "");

    assertThat(run.get().exitCode()).isZero();
    browser.await("document.querySelector('#section-0 .state').innerText === 'done'");
    browser.await("document.querySelector('.graph .running') === null");
    browser.checkPage();
  }

  private static String points() {
    return "Chart.getChart(document.querySelector('#section-4 canvas')).data.datasets[0].data.length";
  }

  @Test
  void ui_comparesRuns() throws Exception {
    project.write("go1", "").write("go2", "").write("go3", "");
    project.ftpipe("repro");
    project.ftpipe("repro", "-S", "rate=0.25");

    browser.show(1280, 900, "light").open(address);
    assertThat(browser.text("#section-7")).contains("rate", "0.25", "-0.25");
    browser.click(".graph g:nth-of-type(2)");
    assertThat(browser.text("#section-5 details[open] > summary")).isEqualTo("train");
    browser.click("#section-8 tbody tr:nth-child(2) td a:nth-of-type(2)");
    browser.await(
        "Chart.getChart(document.querySelector('#section-4 canvas'))?.data.datasets.length === 2");
    assertThat(browser.text("#section-8 tbody tr:nth-child(2)")).contains("not compare");
  }

  @Test
  void report_inBothThemes_andOnAPhone_canBeRead() throws Exception {
    project.write("go1", "").write("go2", "").write("go3", "");
    project.ftpipe("repro");
    project.ftpipe("repro", "-S", "rate=0.25");
    project.ftpipe("report", "-o", "report.html");

    for (String theme : List.of("light", "dark")) {
      for (int width : new int[] {1280, 390}) {
        browser.show(width, 2600, theme).open(folder.resolve("report.html").toUri().toString());
        browser.await("document.querySelectorAll('canvas').length > 1");
        browser.checkPage();
        browser.picture("report-" + theme + "-" + width);
      }
    }
  }
}
