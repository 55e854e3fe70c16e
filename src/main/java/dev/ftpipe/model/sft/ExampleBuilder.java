package dev.ftpipe.model.sft;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.chat.ChatFormat;
import dev.ftpipe.model.text.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Turns records into examples.
 *
 * <p>The ids are those of the whole conversation; what comes before the last answer, as rendered
 * with {@code add_generation_prompt}, is masked under {@code completion_only_loss}. The end of the
 * answer is learned: where the template writes no end token, the tokenizer's is appended.
 */
public final class ExampleBuilder {
  private final ChatFormat format;
  private final SftOptions options;
  private final long vocabulary;
  private int truncated;
  private int dropped;
  private int unlearned;

  /**
   * A builder that counts what it cuts.
   *
   * @param vocabulary ids that the model knows; a larger one in a record is an error
   */
  public ExampleBuilder(ChatFormat format, SftOptions options, long vocabulary) {
    this.format = format;
    this.options = options;
    this.vocabulary = vocabulary;
  }

  /**
   * The examples of a file in its order. A conversation without a learned token is left out; a
   * tokenized record is taken as it is.
   *
   * @param name the file's name in messages
   * @throws FtpipeException for a line that cannot be an example, or a file that gives none
   */
  public List<Example> read(Path file, String name) throws IOException {
    List<Example> examples = new ArrayList<>();
    int[] learned = {0};
    Records.read(
        file,
        name,
        (record, where) -> {
          Example example = build(record, where);
          if (example.labelCount() > 0) {
            learned[0]++;
          } else if (record instanceof SftRecord.Tokenized) {
            // Its batch is what whoever tokenized it means.
            unlearned++;
          } else {
            dropped++;
            return;
          }
          examples.add(example);
        });
    if (learned[0] == 0) {
      int others = dropped + unlearned;
      throw FtpipeException.pipeline(
          name
              + (others == 0
                  ? ": no records"
                  : ": none of its " + others + " records has a token to learn")
              + "; training needs at least one");
    }
    return examples;
  }

  /** The example of one record, cut at {@code max_length}. */
  Example build(SftRecord record, String where) {
    Example whole =
        record instanceof SftRecord.Tokenized tokenized
            ? tokenized.example()
            : conversation(((SftRecord.Conversation) record).messages(), where);
    for (long id : whole.ids()) {
      if (id >= vocabulary) {
        throw FtpipeException.pipeline(
            "%s: token id %d is outside the model's vocabulary of %d"
                .formatted(where, id, vocabulary));
      }
    }
    if (whole.length() <= options.maxLength()) {
      return whole;
    }
    truncated++;
    return whole.cut(options.maxLength());
  }

  private Example conversation(List<Message> messages, String where) {
    Message last = messages.get(messages.size() - 1);
    if (!last.role().equals("assistant")) {
      throw FtpipeException.pipeline(
          where + ": the last message is from '" + last.role() + "'; expected the assistant's");
    }
    long[] ids;
    int prompt;
    try {
      ids = format.encode(messages, false);
      prompt = format.encode(messages.subList(0, messages.size() - 1), true).length;
    } catch (FtpipeException e) {
      throw new FtpipeException(e.kind(), where + ": " + e.getMessage(), e);
    }
    ids = withEnd(ids, prompt);
    long[] labels = ids.clone();
    if (options.completionOnlyLoss()) {
      Arrays.fill(labels, 0, Math.min(prompt, labels.length), Example.MASKED);
    }
    return new Example(ids, labels);
  }

  private long[] withEnd(long[] ids, int prompt) {
    OptionalLong end = format.endId();
    boolean ends = Arrays.stream(ids).skip(prompt).anyMatch(id -> format.endIds().contains(id));
    if (ends || end.isEmpty()) {
      return ids;
    }
    long[] longer = Arrays.copyOf(ids, ids.length + 1);
    longer[ids.length] = end.getAsLong();
    return longer;
  }

  /** What the log should say about the records read so far; empty when nothing was cut. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (truncated > 0) {
      warnings.add(
          "warning: %d records are longer than sft.max_length, %d tokens, and were cut: their end was not learned"
              .formatted(truncated, options.maxLength()));
    }
    if (dropped > 0) {
      warnings.add(
          "warning: %d records have no token to learn and were left out; the answer begins after sft.max_length, %d tokens"
              .formatted(dropped, options.maxLength()));
    }
    if (unlearned > 0) {
      warnings.add(
          "warning: %d tokenized records have no token to learn: every label is -100, up to sft.max_length, %d tokens"
              .formatted(unlearned, options.maxLength()));
    }
    return warnings;
  }
}
