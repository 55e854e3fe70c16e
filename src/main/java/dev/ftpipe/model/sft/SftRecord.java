package dev.ftpipe.model.sft;

import java.util.List;

/** One line of training data. */
public sealed interface SftRecord {
  /** A question and its answer. */
  record PromptCompletion(String prompt, String completion) implements SftRecord {}

  /** A conversation. */
  record Messages(List<Message> messages) implements SftRecord {}

  /** Taken as it is. */
  record Tokenized(Example example) implements SftRecord {}

  /**
   * One turn.
   *
   * @param role {@code system}, {@code user} or {@code assistant}
   */
  record Message(String role, String content) {}
}
