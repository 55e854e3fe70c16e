package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Nearest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A byte-level BPE tokenizer (GPT-2's kind): merges and, by name, how text is cut into words. */
final class ByteLevelBpe {
  private static final String GPT2_WORDS =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA3_WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /**
   * The expressions that cut a text one after the other, by {@code tokenizer.ggml.pre}, as in
   * {@code llama-vocab.cpp}.
   */
  private static final Map<String, List<String>> WORDS =
      new TreeMap<>(
          Map.of(
              "default",
              List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2_WORDS, "\\p{N}+", "[0-9][0-9][0-9]"),
              "gpt-2",
              List.of(GPT2_WORDS),
              "llama-bpe",
              List.of(LLAMA3_WORDS),
              "smollm",
              List.of("\\p{N}", GPT2_WORDS)));

  private ByteLevelBpe() {}

  /** Adds everything but the added tokens. */
  static void describe(GgufTokenizer tokenizer, ObjectNode root) {
    String words = tokenizer.metadata().text("tokenizer.ggml.pre").orElse("default");
    List<String> expressions = WORDS.get(words);
    if (expressions == null) {
      throw tokenizer.broken(
          "cuts words in the way '"
              + words
              + "', which is not supported; supported: "
              + String.join(", ", WORDS.keySet())
              + Nearest.hint(words, WORDS.keySet()));
    }
    root.putNull("normalizer");
    ArrayNode cuts =
        root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    for (String expression : expressions) {
      ObjectNode split = cuts.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", expression);
      split.put("behavior", "Isolated").put("invert", false);
    }
    byteLevel(cuts.addObject(), false);
    boolean llama3 = words.equals("llama-bpe");
    tokenizer.postProcessor(root, llama3);
    byteLevel(root.putObject("decoder"), true);
    ObjectNode model = root.putObject("model").put("type", "BPE");
    for (String unset : List.of("dropout", "unk_token")) {
      model.putNull(unset);
    }
    for (String unset : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      model.putNull(unset);
    }
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", llama3);
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
