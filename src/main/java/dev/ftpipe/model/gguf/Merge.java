package dev.ftpipe.model.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Two tokens that make a token; the score is that of the token made. */
record Merge(String left, String right, double score) {
  /**
   * Every pair of tokens that makes a token, the best score first, as {@code
   * convert_slow_tokenizer.py} of Transformers derives the merges of a SentencePiece model.
   *
   * @param scores one for each token, and maybe more
   * @param normal whether the token of an id stands for text
   */
  static List<Merge> fromScores(
      List<String> tokens, List<Double> scores, IntPredicate normal, Map<String, Integer> ids) {
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      if (normal.test(id)) {
        merges.addAll(pairs(tokens.get(id), scores.get(id), ids));
      }
    }
    merges.sort(
        Comparator.comparingDouble(Merge::score)
            .thenComparingInt(Merge::leftLength)
            .thenComparingInt(Merge::rightLength)
            .reversed());
    return merges;
  }

  private static List<Merge> pairs(String token, double score, Map<String, Integer> ids) {
    List<Merge> pairs = new ArrayList<>();
    for (int at = 1; at < token.length(); at++) {
      String left = token.substring(0, at);
      String right = token.substring(at);
      if (ids.containsKey(left) && ids.containsKey(right)) {
        pairs.add(new Merge(left, right, score));
      }
    }
    pairs.sort(
        Comparator.comparing((Merge pair) -> ids.get(pair.left))
            .thenComparing(pair -> ids.get(pair.right)));
    return pairs;
  }

  private int leftLength() {
    return left.codePointCount(0, left.length());
  }

  private int rightLength() {
    return right.codePointCount(0, right.length());
  }

  /** The pair as GGUF files and older {@code tokenizer.json} have it. */
  String written() {
    return left + " " + right;
  }
}
