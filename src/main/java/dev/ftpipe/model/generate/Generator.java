package dev.ftpipe.model.generate;

import dev.ftpipe.model.llama.LlamaDecoder;
import dev.ftpipe.model.llama.LlamaModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Continues prompts with a model, several side by side. */
public final class Generator {
  /** Watches a generation. */
  @FunctionalInterface
  public interface Observer {
    /**
     * Called after every token.
     *
     * @param finished prompts that are answered
     * @throws InterruptedException to end here
     */
    void advanced(int finished, int prompts) throws InterruptedException;
  }

  private final LlamaModel model;
  private final Set<Long> endIds;
  private final int batchSize;

  /**
   * A generator.
   *
   * @param endIds ids that end an answer
   * @param batchSize prompts side by side
   */
  public Generator(LlamaModel model, Set<Long> endIds, int batchSize) {
    this.model = model;
    this.endIds = Set.copyOf(endIds);
    this.batchSize = batchSize;
  }

  /**
   * The new ids of every prompt, in the order given: up to the first end token, which is left out,
   * or to the most that is allowed.
   *
   * @param prompts each of at least one token
   */
  public List<long[]> generate(List<long[]> prompts, SamplingOptions options, Observer observer)
      throws InterruptedException {
    List<Answer> answers =
        IntStream.range(0, prompts.size())
            .mapToObj(i -> new Answer(prompts.get(i), new Sampler(options, i)))
            .toList();
    // Prompts of similar length side by side waste the least padding.
    List<Answer> byLength =
        answers.stream().sorted(Comparator.comparingInt(answer -> answer.prompt.length)).toList();
    int finished = 0;
    for (int from = 0; from < byLength.size(); from += batchSize) {
      List<Answer> batch = byLength.subList(from, Math.min(from + batchSize, byLength.size()));
      batch(batch, options.maxNewTokens(), finished, prompts.size(), observer);
      finished += batch.size();
    }
    return answers.stream().map(Answer::ids).toList();
  }

  private void batch(
      List<Answer> batch, int maxNewTokens, int before, int prompts, Observer observer)
      throws InterruptedException {
    int longest = batch.get(batch.size() - 1).prompt.length;
    try (LlamaDecoder decoder = model.decoder(batch.size(), longest + maxNewTokens)) {
      float[] logits = decoder.prefill(batch.stream().map(answer -> answer.prompt).toList());
      long[] tokens = new long[batch.size()];
      for (int made = 1; ; made++) {
        int finished = 0;
        for (int row = 0; row < tokens.length; row++) {
          Answer answer = batch.get(row);
          int vocabulary = decoder.vocabulary();
          tokens[row] = answer.extend(logits, row * vocabulary, vocabulary, endIds);
          finished += answer.ended || made == maxNewTokens ? 1 : 0;
        }
        observer.advanced(before + finished, prompts);
        if (finished == tokens.length) {
          return;
        }
        logits = decoder.decode(tokens);
      }
    }
  }

  /** One prompt and what came of it so far. */
  private static final class Answer {
    private final long[] prompt;
    private final Sampler sampler;
    private final List<Long> ids = new ArrayList<>();
    private boolean ended;

    Answer(long[] prompt, Sampler sampler) {
      this.prompt = prompt;
      this.sampler = sampler;
    }

    /** Adds the next token and gives it back; after the end, any token. */
    long extend(float[] logits, int from, int vocabulary, Set<Long> endIds) {
      if (ended) {
        return 0;
      }
      long token = sampler.next(logits, from, vocabulary);
      if (endIds.contains(token)) {
        ended = true;
      } else {
        ids.add(token);
      }
      return token;
    }

    long[] ids() {
      return ids.stream().mapToLong(id -> id).toArray();
    }
  }
}
