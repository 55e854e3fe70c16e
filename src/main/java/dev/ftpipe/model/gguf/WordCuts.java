package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How byte-level tokenizers cut a text into words: expressions, one after the other, by the name
 * that {@code tokenizer.ggml.pre} has for them, as in {@code llama-vocab.cpp}.
 */
final class WordCuts {
  /** The expression that a ByteLevel step applies by itself. */
  private static final String GPT2_WORDS =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final String ENGLISH = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
  private static final String REST =
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA3_WORDS =
      ENGLISH + "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|" + REST;
  private static final String QWEN2_WORDS =
      ENGLISH + "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|" + REST;
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String TEKKEN_WORDS =
      "[^\\r\\n\\p{L}\\p{N}]?"
          + UPPER
          + "*"
          + LOWER
          + "+|[^\\r\\n\\p{L}\\p{N}]?"
          + UPPER
          + "+"
          + LOWER
          + "*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final Map<String, List<String>> BY_NAME =
      new TreeMap<>(
          Map.of(
              "default",
              List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2_WORDS, "\\p{N}+", "[0-9][0-9][0-9]"),
              "gpt-2",
              List.of(GPT2_WORDS),
              "llama-bpe",
              List.of(LLAMA3_WORDS),
              "qwen2",
              List.of(QWEN2_WORDS),
              "smollm",
              List.of("\\p{N}", GPT2_WORDS),
              "tekken",
              List.of(TEKKEN_WORDS)));

  private WordCuts() {}

  static Set<String> names() {
    return BY_NAME.keySet();
  }

  /** The expressions of a name. */
  static Optional<List<String>> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /**
   * The name for what the {@code pre_tokenizer} of a {@code tokenizer.json} does; empty when there
   * is none for it.
   */
  static Optional<String> nameOf(JsonNode preTokenizer) {
    List<String> expressions = new ArrayList<>();
    boolean sequence = preTokenizer.path("type").asText().equals("Sequence");
    boolean bytes = false;
    for (JsonNode step : sequence ? preTokenizer.path("pretokenizers") : List.of(preTokenizer)) {
      Optional<String> expression = expression(step);
      bytes |= step.path("type").asText().equals("ByteLevel");
      if (expression.isEmpty()) {
        return Optional.empty();
      }
      if (!expression.get().isEmpty()) {
        expressions.add(expression.get());
      }
    }
    return bytes
        ? BY_NAME.entrySet().stream()
            .filter(each -> each.getValue().equals(expressions))
            .map(Map.Entry::getKey)
            .findFirst()
        : Optional.empty();
  }

  /** What a step cuts at; an empty text where it does not cut, nothing where that is not known. */
  private static Optional<String> expression(JsonNode step) {
    return switch (step.path("type").asText()) {
      case "Split" ->
          step.path("invert").asBoolean() || !step.path("behavior").asText().equals("Isolated")
              ? Optional.empty()
              : Optional.ofNullable(step.path("pattern").path("Regex").textValue());
      case "Digits" ->
          Optional.of(step.path("individual_digits").asBoolean() ? "\\p{N}" : "\\p{N}+");
      case "ByteLevel" ->
          step.path("add_prefix_space").asBoolean()
              ? Optional.empty()
              : Optional.of(step.path("use_regex").asBoolean(true) ? GPT2_WORDS : "");
      default -> Optional.empty();
    };
  }

  /** Adds a step for every expression. */
  static void describe(List<String> expressions, ArrayNode steps) {
    for (String expression : expressions) {
      var split = steps.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", expression);
      split.put("behavior", "Isolated").put("invert", false);
    }
  }
}
