package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a GGUF file has in place of merges: a score for each token. A pair is merged the earlier,
 * the better the score of the token that it makes.
 *
 * @param scores one for each id
 * @param spacePrefix whether a text gets a space in front
 * @param warning where the merges that follow from the scores are not those of the tokenizer
 */
record SentencePieceScores(List<Double> scores, boolean spacePrefix, Optional<String> warning) {
  private static final Optional<String> WARNING =
      Optional.of(
          "its tokenizer merges only some of the pairs that make a token, and a GGUF file has scores"
              + " of tokens in place of merges: now and then llama.cpp cuts a word in another way");

  private static final String SPACE = "▁";

  /**
   * Derives the scores from the order of the merges.
   *
   * @throws dev.ftpipe.base.FtpipeException when the tokenizer does more to a text than a GGUF file
   *     can say
   */
  static SentencePieceScores of(TokenizerToGguf tokenizer) {
    List<Merge> merges = tokenizer.merges();
    Map<String, Integer> rank = new HashMap<>();
    for (Merge merge : merges) {
      rank.putIfAbsent(merge.left() + merge.right(), rank.size());
    }
    List<Double> scores = new ArrayList<>();
    Map<String, Integer> ids = new HashMap<>();
    int unmerged = rank.size();
    for (int id = 0; id < tokenizer.tokens().size(); id++) {
      String token = tokenizer.tokens().get(id);
      ids.put(token, id);
      Integer found = rank.get(token);
      double score = found == null ? unmerged++ : found;
      scores.add(tokenizer.isNormal(id) ? -score : 0.0);
    }
    List<Merge> again = Merge.fromScores(tokenizer.tokens(), scores, tokenizer::isNormal, ids);
    return new SentencePieceScores(
        scores, spacePrefix(tokenizer), isSame(merges, again) ? Optional.empty() : WARNING);
  }

  // The order of the pairs that make one token is no matter of scores.
  private static boolean isSame(List<Merge> merges, List<Merge> again) {
    return pairs(merges).equals(pairs(again));
  }

  private static Set<String> pairs(List<Merge> merges) {
    return merges.stream().map(Merge::written).collect(Collectors.toSet());
  }

  /** Before Transformers 4.45 a normalizer wrote the spaces, since then it is a Metaspace step. */
  private static boolean spacePrefix(TokenizerToGguf tokenizer) {
    JsonNode normalizer = tokenizer.root().path("normalizer");
    JsonNode cuts = tokenizer.root().path("pre_tokenizer");
    if (cuts.path("type").asText().equals("Metaspace")
        && cuts.path("replacement").asText().equals(SPACE)
        && normalizer.isNull()) {
      return cuts.has("prepend_scheme")
          ? !cuts.path("prepend_scheme").asText().equals("never")
          : cuts.path("add_prefix_space").asBoolean(true);
    }
    boolean prepend = false;
    boolean replace = false;
    boolean other = !cuts.isNull();
    boolean sequence = normalizer.path("type").asText().equals("Sequence");
    for (JsonNode step : sequence ? normalizer.path("normalizers") : List.of(normalizer)) {
      switch (step.path("type").asText()) {
        case "Prepend" -> prepend = step.path("prepend").asText().equals(SPACE);
        case "Replace" ->
            replace =
                step.path("pattern").path("String").asText().equals(" ")
                    && step.path("content").asText().equals(SPACE);
        default -> other = true;
      }
    }
    if (!replace || other) {
      throw tokenizer.broken(
          "normalizes texts in another way than with '▁' for spaces, which is all that a GGUF"
              + " file can say");
    }
    return prepend;
  }
}
