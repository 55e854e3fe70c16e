package dev.ftpipe.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsFolderTest {
  private static final List<Point> POINTS =
      List.of(
          new Point("train/loss", 1, 2.0E-3),
          new Point("train/learning_rate", 1, 0),
          new Point("train/loss", 2, 0.1f),
          new Point("eval/loss", 2, 2.0E-4 / 3));

  @TempDir private Path folder;

  @Test
  void log_writesCurvesAndLastValues() throws Exception {
    MetricsFolder metrics = new MetricsFolder(folder);
    for (Point point : POINTS) {
      metrics.log(point);
    }
    metrics.writeSummary();
    assertThat(folder.resolve("plots/metrics/train/loss.tsv"))
        .hasContent("step\tloss\n1\t0.002\n2\t0.10000000149011612\n");
    assertThat(folder.resolve("plots/metrics/eval/loss.tsv"))
        .hasContent("step\tloss\n2\t6.666666666666667E-5\n");
    assertThat(folder.resolve("metrics.json"))
        .hasContent(
            """
            {
                "eval": {
                    "loss": 6.666666666666667E-5
                },
                "train": {
                    "learning_rate": 0.0,
                    "loss": 0.10000000149011612
                },
                "step": 2
            }
            """);
  }

  @Test
  void resume_endsInTheSameBytes() throws Exception {
    MetricsFolder first = new MetricsFolder(folder.resolve("a"));
    first.log(POINTS.get(0));
    MetricsFolder second = MetricsFolder.resume(folder.resolve("b"), first.history());
    for (Point point : POINTS.subList(1, 4)) {
      first.log(point);
      second.log(point);
    }
    assertThat(second.history()).isEqualTo(POINTS);
    assertThat(Files.readAllBytes(folder.resolve("b/plots/metrics/train/loss.tsv")))
        .isEqualTo(Files.readAllBytes(folder.resolve("a/plots/metrics/train/loss.tsv")));
  }

  @Test
  void log_refusesWhatIsNotFinite() throws Exception {
    MetricsFolder metrics = new MetricsFolder(folder);
    assertThatThrownBy(() -> metrics.log(new Point("train/loss", 1, Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
