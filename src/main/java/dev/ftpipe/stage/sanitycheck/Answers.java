package dev.ftpipe.stage.sanitycheck;

import java.util.List;
import java.util.Optional;

/** What both models said to a prompt. */
record Answers(Prompt prompt, String pretrained, String finetuned) {
  /** Whether the fine-tuned answer is as expected; empty where nothing is. */
  Optional<Boolean> pass() {
    return prompt.expect().map(expect -> expect.matcher(finetuned).find());
  }

  static boolean anyExpected(List<Answers> all) {
    return all.stream().anyMatch(answers -> answers.pass().isPresent());
  }

  /** {@code 3 of 4 answers are as expected}. */
  static String summary(List<Answers> all) {
    return "%d of %d answers are as expected".formatted(passed(all), expected(all));
  }

  /** The share of the expectations that are met; 1 when there are none. */
  static double share(List<Answers> all) {
    return expected(all) == 0 ? 1 : passed(all) / (double) expected(all);
  }

  private static long passed(List<Answers> all) {
    return all.stream().filter(answers -> answers.pass().orElse(false)).count();
  }

  private static long expected(List<Answers> all) {
    return all.stream().filter(answers -> answers.pass().isPresent()).count();
  }
}
