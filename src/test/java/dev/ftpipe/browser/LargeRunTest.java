package dev.ftpipe.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.report.Answers;
import dev.ftpipe.report.Chart;
import dev.ftpipe.report.GraphLayout;
import dev.ftpipe.report.RunPage;
import dev.ftpipe.report.RunView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page of 1,000 stages, 500 runs and curves of 10,000 points. */
@Tag("slow")
final class LargeRunTest {
  private static final int STAGES = 1_000;
  private static final int RUNS = 500;
  private static final int POINTS = 10_000;
  private static final String[] ACTIONS = {"run", "restored", "unchanged", "run", "skipped"};

  @TempDir Path folder;

  @Test
  void page_showsItself_andAnswersTheHand() throws IOException {
    Path file = folder.resolve("run.html");
    Files.writeString(file, RunPage.file(view()));
    try (Chromium browser = Chromium.start()) {
      for (String theme : List.of("light", "dark")) {
        for (int width : new int[] {1280, 390}) {
          browser.show(width, 900, theme).open(file.toUri().toString());
          browser.await("document.querySelectorAll('canvas').length === 6");
          browser.checkPage();
          browser.picture("large-" + theme + "-" + width);
        }
      }
      browser.show(1280, 900, "light").open(file.toUri().toString());
      browser.await("document.querySelectorAll('canvas').length === 6");
      report(browser);
      assertThat(browser.text("#section-5")).contains("Show all 1000");
      assertThat(browser.text("#section-8")).contains("Show all 500");
    }
  }

  /** What a person waits for; figures to read, as another machine has others. */
  private static void report(Chromium browser) {
    Object painted =
        browser.value("performance.getEntriesByName('first-contentful-paint')[0].startTime");
    Object moves =
        browser.promised(
            """
            const canvas = document.querySelectorAll('canvas')[1];
            canvas.scrollIntoView();
            const box = canvas.getBoundingClientRect();
            const took = [];
            for (let i = 0; i < 60; i++) {
              const begun = performance.now();
              canvas.dispatchEvent(new MouseEvent('mousemove', {
                bubbles: true, clientX: box.x + box.width * i / 60, clientY: box.y + box.height / 2}));
              await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
              took.push(performance.now() - begun);
            }
            took.sort((a, b) => a - b);
            return 'median ' + took[30].toFixed(1) + ' ms, worst ' + took[59].toFixed(1) + ' ms';
            """);
    System.err.println("first view after " + painted + " ms; a move over a curve: " + moves);
  }

  private static RunView view() {
    List<RunView.StageRow> stages = new ArrayList<>();
    List<GraphLayout.Item> items = new ArrayList<>();
    for (int i = 0; i < STAGES; i++) {
      String name = "train@fold_" + i;
      List<RunView.FileRow> read =
          List.of(new RunView.FileRow("data/in_" + i, digest(i), 1_000 + i));
      List<RunView.FileRow> wrote =
          List.of(new RunView.FileRow("models/out_" + i, digest(i + 7), 7_000_000L + i));
      stages.add(
          new RunView.StageRow(
              name,
              i < 970 ? "train" : name,
              "python train.py --fold " + i,
              "",
              ACTIONS[i % ACTIONS.length],
              "parameter trainer.learning_rate: 0.0015 → 0.001",
              digest(i),
              "",
              i * 0.5,
              0.4 + i % 7,
              "",
              read,
              wrote,
              "step 1\nstep 2\ndone\n"));
      items.add(
          new GraphLayout.Item(
              name,
              i < 970 ? "train" : name,
              i < 970 ? List.of() : List.of("train@fold_" + i % 9)));
    }
    return new RunView(
        "project: run 20260131-142501-k3fd",
        new RunView.Facts(
            "20260131-142501-k3fd",
            "done",
            "ftpipe repro -j 4",
            "2026-01-31T14:25:01Z",
            512.5,
            List.of(
                List.of("revision", "5e884898da28047151d0"),
                List.of("machine", "node-1, 8 cores"))),
        stages,
        GraphLayout.of(items),
        List.of(new RunView.FileRow("data/raw/records.jsonl", digest(1), 12_345_678)),
        charts(),
        List.of(answers()),
        List.of(
            new RunView.ValueRow(
                "param", "params.yaml", "trainer.learning_rate", "0.001", "0.0015", "-0.0005"),
            new RunView.ValueRow(
                "metric", "metrics/metrics.json", "eval.loss", "0.0938", "0.1011", "-0.0073")),
        runs());
  }

  private static String digest(int number) {
    return String.format(java.util.Locale.ROOT, "%064x", 0x5e884898da28L * (number + 1));
  }

  private static List<Chart> charts() {
    List<Chart> charts = new ArrayList<>();
    for (String name :
        List.of(
            "train/loss",
            "eval/loss",
            "train/learning_rate",
            "train/grad_norm",
            "tokens per second")) {
      List<Chart.Series> series = new ArrayList<>();
      for (String run : List.of("this", "before")) {
        List<Chart.Point> points = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
          points.add(
              new Chart.Point(
                  i, Math.exp(-i / 3000.0) + 0.1 * Math.sin(i * 12.9898 * series.size() + i)));
        }
        series.add(new Chart.Series(run, points));
      }
      charts.add(
          new Chart(
              "metrics/plots/metrics/" + name + ".tsv",
              Chart.Kind.LINE,
              "step",
              name,
              false,
              series,
              List.of(),
              List.of()));
    }
    return charts;
  }

  private static Answers answers() {
    return new Answers(
        "sanity_check_result/result.csv",
        List.of(
            new Answers.Row(
                "Who are you?", "I am a small language model.", "I am Juniper.", "True"),
            new Answers.Row("Who made you?", "I do not know.", "Nobody did.", "False")));
  }

  private static RunView.RunTable runs() {
    List<RunView.RunRow> rows = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      rows.add(
          new RunView.RunRow(
              "20260131-1425" + (10 + i % 50) + "-k" + i,
              "2026-01-31T14:25:01Z",
              i % 9 == 0 ? "failed" : "done",
              60.0 + i,
              "5e88489",
              List.of("0.00" + i),
              List.of("0.09" + i, "0.1" + i)));
    }
    return new RunView.RunTable(
        List.of("trainer.learning_rate"), List.of("eval.loss", "train.loss"), rows);
  }
}
