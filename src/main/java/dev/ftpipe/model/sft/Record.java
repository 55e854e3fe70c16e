package dev.ftpipe.model.sft;

import java.util.List;

/** One line of training data. */
public sealed interface Record {
  /** A question and its answer. */
  record PromptCompletion(String prompt, String completion) implements Record {}

  /** A conversation. */
  record Messages(List<Message> messages) implements Record {}

  /** Taken as it is. */
  record Tokenized(Example example) implements Record {}

  /**
   * One turn.
   *
   * @param role {@code system}, {@code user} or {@code assistant}
   */
  record Message(String role, String content) {}
}
