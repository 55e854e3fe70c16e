package dev.ftpipe.model.sft;

import dev.ftpipe.model.text.Message;
import java.util.List;

/** One line of training data. */
public sealed interface SftRecord {
  /** A conversation; a prompt with its completion is one of two turns. */
  record Conversation(List<Message> messages) implements SftRecord {}

  /** Taken as it is. */
  record Tokenized(Example example) implements SftRecord {}
}
