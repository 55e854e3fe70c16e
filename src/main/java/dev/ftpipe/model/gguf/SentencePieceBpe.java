package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A SentencePiece BPE tokenizer (Llama 2's kind). The file has a score for each token instead of
 * merges; the merges are every pair of tokens that makes a token, the best score first, as {@code
 * convert_slow_tokenizer.py} of Transformers derives them.
 */
final class SentencePieceBpe {
  private static final String SPACE = "▁";

  /** No real token comes near; the pairs of one token are as many as it has characters. */
  private static final int MAX_TOKEN_CHARACTERS = 1000;

  private SentencePieceBpe() {}

  /** Adds everything but the added tokens. */
  static void describe(GgufTokenizer tokenizer, ObjectNode root) {
    boolean prefix = tokenizer.metadata().bool("tokenizer.ggml.add_space_prefix").orElse(true);
    ArrayNode normalizers =
        root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    if (prefix) {
      normalizers.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    replace(normalizers.addObject(), " ", SPACE);
    root.putNull("pre_tokenizer");
    tokenizer.postProcessor(root, true);
    ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    replace(decoders.addObject(), SPACE, " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefix) {
      ObjectNode strip = decoders.addObject().put("type", "Strip");
      strip.put("content", " ").put("start", 1).put("stop", 0);
    }
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout");
    tokenizer
        .special("unknown")
        .ifPresentOrElse(
            unknown -> model.put("unk_token", unknown), () -> model.putNull("unk_token"));
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    tokenizer.vocabulary(model);
    ArrayNode merges = model.putArray("merges");
    for (Merge merge : merges(tokenizer)) {
      merges.addArray().add(merge.left()).add(merge.right());
    }
  }

  private static void replace(ObjectNode node, String pattern, String content) {
    node.put("type", "Replace").putObject("pattern").put("String", pattern);
    node.put("content", content);
  }

  private static List<Merge> merges(GgufTokenizer tokenizer) {
    String key = "tokenizer.ggml.scores";
    List<Double> scores =
        tokenizer.metadata().reals(key).orElseThrow(() -> tokenizer.metadata().missing(key));
    List<String> tokens = tokenizer.tokens();
    if (scores.size() < tokens.size()) {
      throw tokenizer.broken("has " + tokens.size() + " tokens, but " + scores.size() + " scores");
    }
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.get(id).length() > MAX_TOKEN_CHARACTERS) {
        throw tokenizer.broken("has a token of " + tokens.get(id).length() + " characters");
      }
    }
    return Merge.fromScores(tokens, scores, tokenizer::isNormal, tokenizer.ids());
  }
}
