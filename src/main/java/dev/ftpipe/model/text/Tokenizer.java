package dev.ftpipe.model.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The tokenizer of a model folder. Safe for use by several threads. */
public final class Tokenizer implements AutoCloseable {
  public static final String NAME = "tokenizer.json";

  static {
    // Where the library sees a GPU it leaves its CPU build in the jar and downloads a CUDA build,
    // which tokenizing does not need.
    System.setProperty("RUST_FLAVOR", "cpu");
  }

  /** Without the first, the library cuts texts at 512 tokens. */
  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false");

  private static final List<String> SPECIAL_TOKENS =
      List.of("bos_token", "eos_token", "pad_token", "unk_token");

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerConfig config;
  private final Map<String, Long> ids;

  private Tokenizer(HuggingFaceTokenizer tokenizer, TokenizerConfig config, Map<String, Long> ids) {
    this.tokenizer = tokenizer;
    this.config = config;
    this.ids = ids;
  }

  /**
   * Opens {@code tokenizer.json} and {@code tokenizer_config.json} of a model folder.
   *
   * @throws FtpipeException when one is missing or malformed
   */
  public static Tokenizer open(Path modelFolder) throws IOException {
    Path file = modelFolder.resolve(NAME);
    if (!Files.exists(file)) {
      throw FtpipeException.pipeline(
          "model folder "
              + modelFolder
              + " has no "
              + NAME
              + "; a model is a folder with config.json, model.safetensors, tokenizer.json and"
              + " tokenizer_config.json");
    }
    TokenizerConfig config = TokenizerConfig.read(modelFolder);
    Map<String, Long> ids = vocabulary(file, JsonFiles.readObject(file));
    return new Tokenizer(load(file), config, ids);
  }

  private static HuggingFaceTokenizer load(Path file) throws IOException {
    try {
      return HuggingFaceTokenizer.newInstance(file, OPTIONS);
    } catch (RuntimeException e) {
      throw FtpipeException.pipeline(file + ": not a usable tokenizer: " + e.getMessage(), e);
    }
  }

  private static Map<String, Long> vocabulary(Path file, JsonNode root) {
    Map<String, Long> ids = new HashMap<>();
    JsonNode vocabulary = root.path("model").path("vocab");
    if (vocabulary.isObject()) {
      for (var entry : vocabulary.properties()) {
        ids.put(entry.getKey(), id(file, entry.getKey(), entry.getValue()));
      }
    } else if (vocabulary.isArray()) {
      // A unigram model: pairs of token and score, the id is the place.
      long id = 0;
      for (JsonNode pair : vocabulary) {
        ids.put(pair.path(0).asText(), id++);
      }
    } else {
      throw FtpipeException.pipeline(file + ": its model has no 'vocab'");
    }
    for (JsonNode added : root.path("added_tokens")) {
      String token = added.path("content").asText();
      ids.put(token, id(file, token, added.path("id")));
    }
    return ids;
  }

  private static long id(Path file, String token, JsonNode id) {
    if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asLong() < 0) {
      throw FtpipeException.pipeline(
          file + ": token '" + token + "' has the id " + id + ", expected a whole number from 0");
    }
    return id.asLong();
  }

  /**
   * The ids of a text, however long it is.
   *
   * @param addSpecialTokens whether the tokenizer adds what it adds by itself, such as a begin
   *     token
   */
  public long[] encode(String text, boolean addSpecialTokens) {
    return tokenizer.encode(text, addSpecialTokens, false).getIds();
  }

  /** The text of the ids. */
  public String decode(long[] ids, boolean skipSpecialTokens) {
    return ids.length == 0 ? "" : tokenizer.decode(ids, skipSpecialTokens);
  }

  /** The id of a token as the vocabulary spells it, added tokens included. */
  public OptionalLong idOf(String token) {
    Long id = ids.get(token);
    return id == null ? OptionalLong.empty() : OptionalLong.of(id);
  }

  /** The number of ids: one more than the largest. */
  public long vocabularySize() {
    return ids.values().stream().mapToLong(id -> id + 1).max().orElse(0);
  }

  public Optional<String> bosToken() {
    return config.token("bos_token");
  }

  public Optional<String> eosToken() {
    return config.token("eos_token");
  }

  public Optional<String> padToken() {
    return config.token("pad_token");
  }

  public Optional<String> unkToken() {
    return config.token("unk_token");
  }

  /** The special tokens by the names that chat templates use, such as {@code bos_token}. */
  public Map<String, String> specialTokens() {
    Map<String, String> tokens = new HashMap<>();
    for (String key : SPECIAL_TOKENS) {
      config.token(key).ifPresent(token -> tokens.put(key, token));
    }
    return tokens;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
