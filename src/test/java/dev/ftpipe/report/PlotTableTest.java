package dev.ftpipe.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ftpipe.config.Problems;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlotTableTest {
  private final Problems problems = new Problems();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.csv|'step,loss\n0,\"1.5\"\n1,0.5\n'",
        "a.tsv|'step\tloss\n0\t1.5\n1\t0.5\n'",
        "a.json|'{\"train\": [{\"step\": 0, \"loss\": 1.5}, {\"step\": 1, \"loss\": 0.5}]}'",
        "a.yaml|'- {step: 0, loss: 1.5}\n- {step: 1, loss: 0.5}\n'",
      })
  void parse_readsTheRows(String path, String text) {
    Optional<PlotTable> table = PlotTable.parse(path, text.getBytes(UTF_8), true, problems);

    assertThat(problems.isEmpty()).isTrue();
    assertThat(table.flatMap(found -> found.column("step"))).contains(List.of("0", "1"));
    assertThat(table.flatMap(found -> found.column("loss"))).contains(List.of("1.5", "0.5"));
  }

  @Test
  void parse_withoutHeader_numbersTheColumns() {
    Optional<PlotTable> table =
        PlotTable.parse("a.csv", "1,2\n3\n".getBytes(UTF_8), false, problems);

    assertThat(table.flatMap(found -> found.column("1"))).contains(List.of("2", ""));
  }

  @Test
  void parse_ofNoTable_isAProblem() {
    assertThat(PlotTable.parse("a.json", "{\"a\": 1}".getBytes(UTF_8), true, problems)).isEmpty();
    assertThat(PlotTable.parse("a.json", "{".getBytes(UTF_8), true, problems)).isEmpty();
    assertThat(PlotTable.parse("a.csv", "\"open".getBytes(UTF_8), true, problems)).isEmpty();
    assertThat(problems.size()).isEqualTo(3);
  }

  @Test
  void confusionMatrix_countsActualAgainstPredicted() {
    Chart.Matrix matrix =
        ConfusionMatrix.of("r", List.of("a", "a", "b"), List.of("a", "b", "b"), true);

    assertThat(matrix.labels()).containsExactly("a", "b");
    assertThat(matrix.cells()).containsExactly(List.of(0.5, 0.5), List.of(0.0, 1.0));
  }
}
