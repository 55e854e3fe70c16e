package dev.ftpipe.report;

import dev.ftpipe.config.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answers of two models to the same questions, as a sanity check writes them.
 *
 * @param file they are from
 */
public record Answers(String file, List<Row> rows) {
  /**
   * A question.
   *
   * @param pass {@code true}, {@code false}, or empty where nothing was expected
   */
  public record Row(String prompt, String before, String after, String pass) {}

  /** The answers in a CSV file; empty when it holds none. */
  public static Optional<Answers> parse(String path, byte[] bytes) {
    Optional<PlotTable> table = PlotTable.parse(path, bytes, true, new Problems());
    if (table.isEmpty()) {
      return Optional.empty();
    }
    Optional<List<String>> prompts = table.get().column("prompt");
    Optional<List<String>> before = table.get().column("results_pretrained");
    Optional<List<String>> after = table.get().column("results_finetuned");
    if (prompts.isEmpty() || before.isEmpty() || after.isEmpty()) {
      return Optional.empty();
    }
    List<String> passes = table.get().column("pass").orElse(List.of());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < prompts.get().size(); i++) {
      String pass = i < passes.size() ? passes.get(i) : "";
      rows.add(new Row(prompts.get().get(i), before.get().get(i), after.get().get(i), pass));
    }
    return Optional.of(new Answers(path, rows));
  }
}
