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
      long[] tokens = first(decoder, batch);
      for (int made = 1; ; made++) {
        int finished = 0;
        for (int row = 0; row < tokens.length; row++) {
          Answer answer = batch.get(row);
          answer.extend(tokens[row], endIds);
          finished += answer.ended || made == maxNewTokens ? 1 : 0;
        }
        observer.advanced(before + finished, prompts);
        if (finished == tokens.length) {
          return;
        }
        tokens = next(decoder, batch, tokens);
      }
    }
  }

  private static long[] first(LlamaDecoder decoder, List<Answer> batch) {
    List<long[]> prompts = batch.stream().map(answer -> answer.prompt).toList();
    return isGreedy(batch)
        ? decoder.prefillLikeliest(prompts)
        : drawn(decoder.prefill(prompts), batch, decoder.vocabulary());
  }

  private static long[] next(LlamaDecoder decoder, List<Answer> batch, long[] tokens) {
    return isGreedy(batch)
        ? decoder.decodeLikeliest(tokens)
        : drawn(decoder.decode(tokens), batch, decoder.vocabulary());
  }

  private static boolean isGreedy(List<Answer> batch) {
    return batch.get(0).sampler.isGreedy();
  }

  /** A token of every row; of a row that has ended, any. */
  private static long[] drawn(float[] logits, List<Answer> batch, int vocabulary) {
    return IntStream.range(0, batch.size())
        .mapToLong(row -> batch.get(row).draw(logits, row * vocabulary, vocabulary))
        .toArray();
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

    long draw(float[] logits, int from, int vocabulary) {
      return ended ? 0 : sampler.next(logits, from, vocabulary);
    }

    /** Adds the next token; after the end, nothing. */
    void extend(long token, Set<Long> endIds) {
      if (!ended) {
        ended = endIds.contains(token);
        if (!ended) {
          ids.add(token);
        }
      }
    }

    long[] ids() {
      return ids.stream().mapToLong(id -> id).toArray();
    }
  }
}
