package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Nearest;
import java.util.List;

/** A byte-level BPE tokenizer (GPT-2's kind): merges and, by name, how text is cut into words. */
final class ByteLevelBpe {
  private ByteLevelBpe() {}

  /** Adds everything but the added tokens. */
  static void describe(GgufTokenizer tokenizer, ObjectNode root) {
    String words = tokenizer.metadata().text("tokenizer.ggml.pre").orElse("default");
    List<String> expressions =
        WordCuts.of(words)
            .orElseThrow(
                () ->
                    tokenizer.broken(
                        "cuts words in the way '"
                            + words
                            + "', which is not supported; supported: "
                            + String.join(", ", WordCuts.names())
                            + Nearest.hint(words, WordCuts.names())));
    if (words.equals("qwen2")) {
      // llama.cpp leaves this step out; Qwen's own tokenizer has it.
      root.putObject("normalizer").put("type", "NFC");
    } else {
      root.putNull("normalizer");
    }
    ArrayNode cuts =
        root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    WordCuts.describe(expressions, cuts);
    byteLevel(cuts.addObject(), false);
    boolean wholeWords = words.equals("llama-bpe") || words.equals("tekken");
    tokenizer.postProcessor(root, wholeWords);
    byteLevel(root.putObject("decoder"), true);
    ObjectNode model = root.putObject("model").put("type", "BPE");
    for (String unset : List.of("dropout", "unk_token")) {
      model.putNull(unset);
    }
    for (String unset : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      model.putNull(unset);
    }
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", wholeWords);
    tokenizer.vocabulary(model);
    merges(tokenizer, model.putArray("merges"));
  }

  private static void byteLevel(ObjectNode node, boolean decoder) {
    node.put("type", "ByteLevel").put("add_prefix_space", decoder);
    node.put("trim_offsets", true).put("use_regex", decoder);
  }

  private static void merges(GgufTokenizer tokenizer, ArrayNode into) {
    String key = "tokenizer.ggml.merges";
    List<String> merges =
        tokenizer.metadata().texts(key).orElseThrow(() -> tokenizer.metadata().missing(key));
    for (String merge : merges) {
      int space = merge.indexOf(' ', 1);
      if (space < 0 || space == merge.length() - 1) {
        throw tokenizer.broken("has the merge '" + merge + "', expected two tokens with a space");
      }
      String left = merge.substring(0, space);
      String right = merge.substring(space + 1);
      for (String part : List.of(left, right, left + right)) {
        if (!tokenizer.ids().containsKey(part)) {
          throw tokenizer.broken("merges '" + merge + "', but '" + part + "' is not a token");
        }
      }
      into.addArray().add(left).add(right);
    }
  }
}
