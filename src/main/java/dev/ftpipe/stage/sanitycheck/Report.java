package dev.ftpipe.stage.sanitycheck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.text.WordUtils;

/** Shows the answers to a person: Markdown, or lines of a terminal. */
final class Report {
  private static final int COLUMN = 48;

  private Report() {}

  static String markdown(List<Answers> all) {
    StringBuilder text = new StringBuilder("# Sanity check\n\n");
    if (Answers.anyExpected(all)) {
      text.append(Answers.summary(all)).append(".\n\n");
    }
    for (Answers answers : all) {
      text.append("## ").append(answers.prompt().text().replaceAll("\\s+", " ")).append("\n\n");
      text.append("Before:\n\n").append(quote(answers.pretrained())).append("\n\n");
      text.append("After").append(verdict(answers)).append(":\n\n");
      text.append(quote(answers.finetuned())).append("\n\n");
    }
    return text.toString().stripTrailing() + "\n";
  }

  private static String quote(String answer) {
    return answer.lines().map(line -> "> " + line).collect(Collectors.joining("\n"));
  }

  private static String verdict(Answers answers) {
    return answers.pass().map(pass -> pass ? " (as expected)" : " (NOT as expected)").orElse("");
  }

  /** Both answers side by side under each prompt. */
  static List<String> sideBySide(List<Answers> all) {
    List<String> lines = new ArrayList<>();
    for (Answers answers : all) {
      lines.add(answers.prompt().text() + verdict(answers));
      List<String> before = wrapped("before: " + answers.pretrained());
      List<String> after = wrapped("after: " + answers.finetuned());
      for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
        String left = i < before.size() ? before.get(i) : "";
        String right = i < after.size() ? after.get(i) : "";
        lines.add("  " + left + " ".repeat(Math.max(0, COLUMN - left.length())) + " | " + right);
      }
    }
    return lines;
  }

  private static List<String> wrapped(String answer) {
    return answer
        .lines()
        // An answer must not steer the terminal that shows it.
        .map(line -> line.replaceAll("\\p{Cntrl}", " "))
        .flatMap(line -> Arrays.stream(WordUtils.wrap(line, COLUMN, "\n", true).split("\n")))
        .toList();
  }
}
