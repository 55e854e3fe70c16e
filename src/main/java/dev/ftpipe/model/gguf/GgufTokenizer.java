package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code tokenizer.json} and {@code tokenizer_config.json} from the metadata of a GGUF file. */
final class GgufTokenizer {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final long UNKNOWN = 2;
  private static final long CONTROL = 3;
  private static final long USER_DEFINED = 4;
  private static final long UNUSED = 5;
  private static final long NORMAL = 1;

  private final String origin;
  private final GgufMetadata metadata;
  private final String contextLength;
  private final List<String> tokens;
  private final List<Long> types;
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * Reads the vocabulary.
   *
   * @throws FtpipeException when it is missing or not consistent
   */
  GgufTokenizer(GgufFile file, GgufShape shape) {
    this.contextLength = shape.key("context_length");
    this.origin = file.file().toString();
    this.metadata = file.metadata();
    List<String> all =
        metadata.texts(PREFIX + "tokens").orElseThrow(() -> metadata.missing(PREFIX + "tokens"));
    this.types =
        metadata
            .numbers(PREFIX + "token_type")
            .orElseGet(() -> Collections.nCopies(all.size(), NORMAL));
    if (types.size() != all.size()) {
      throw broken("has " + all.size() + " tokens, but " + types.size() + " token types");
    }
    if (all.size() > shape.vocabulary()) {
      throw broken(
          "has "
              + all.size()
              + " tokens, but the model's embedding has only "
              + shape.vocabulary());
    }
    this.tokens = withoutFilling(all);
    for (int id = 0; id < tokens.size(); id++) {
      Integer first = ids.putIfAbsent(tokens.get(id), id);
      if (first != null) {
        throw broken("has the token '" + tokens.get(id) + "' twice, as " + first + " and " + id);
      }
    }
  }

  /** The tokens without those at the end that only fill the embedding. */
  private List<String> withoutFilling(List<String> all) {
    int size = all.size();
    while (size > 0 && types.get(size - 1) == UNUSED && all.get(size - 1).startsWith("[PAD")) {
      size--;
    }
    return all.subList(0, size);
  }

  ObjectNode tokenizer() {
    String model =
        metadata.text(PREFIX + "model").orElseThrow(() -> metadata.missing(PREFIX + "model"));
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    addedTokens(root.putArray("added_tokens"));
    switch (model) {
      case "gpt2" -> ByteLevelBpe.describe(this, root);
      case "llama" -> SentencePieceBpe.describe(this, root);
      default ->
          throw broken(
              "is of the kind '"
                  + model
                  + "', which is not supported; supported: gpt2,"
                  + " llama");
    }
    return root;
  }

  private void addedTokens(ArrayNode added) {
    for (int id = 0; id < tokens.size(); id++) {
      long type = types.get(id);
      boolean special = type == CONTROL || type == UNKNOWN;
      if (special || type == USER_DEFINED) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", special);
      }
    }
  }

  ObjectNode config() {
    ObjectNode config = Json.mapper().createObjectNode();
    boolean sentencePiece = metadata.text(PREFIX + "model").equals(Optional.of("llama"));
    config.put("add_bos_token", addsBos(sentencePiece));
    config.put("add_eos_token", addsEos());
    put(config, "bos_token", "bos");
    config.put("clean_up_tokenization_spaces", false);
    metadata.text("tokenizer.chat_template").ifPresent(text -> config.put("chat_template", text));
    put(config, "eos_token", "eos");
    metadata.number(contextLength).ifPresent(length -> config.put("model_max_length", length));
    put(config, "pad_token", "padding");
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    put(config, "unk_token", "unknown");
    return config;
  }

  private void put(ObjectNode config, String key, String kind) {
    special(kind).ifPresentOrElse(token -> config.put(key, token), () -> config.putNull(key));
  }

  /**
   * The special token of a kind: {@code bos}, {@code eos}, {@code unknown}, {@code padding}.
   *
   * @throws FtpipeException when its id is not that of a token
   */
  Optional<String> special(String kind) {
    String key = PREFIX + kind + "_token_id";
    OptionalLong id = metadata.number(key);
    if (id.isEmpty()) {
      return Optional.empty();
    }
    if (id.getAsLong() < 0 || id.getAsLong() >= tokens.size()) {
      throw broken("has " + tokens.size() + " tokens, but " + key + " is " + id.getAsLong());
    }
    return Optional.of(tokens.get((int) id.getAsLong()));
  }

  boolean addsBos(boolean unlessSaid) {
    return metadata.bool(PREFIX + "add_bos_token").orElse(unlessSaid);
  }

  boolean addsEos() {
    return metadata.bool(PREFIX + "add_eos_token").orElse(false);
  }

  /** Adds a post-processor that puts the begin and end tokens around a text, where they are set. */
  void postProcessor(ObjectNode root, boolean bosUnlessSaid) {
    Optional<String> bos = addsBos(bosUnlessSaid) ? special("bos") : Optional.empty();
    Optional<String> eos = addsEos() ? special("eos") : Optional.empty();
    ObjectNode processor = root.putObject("post_processor").put("type", "TemplateProcessing");
    ArrayNode single = processor.putArray("single");
    sequence(single, "A", 0, bos, eos);
    ArrayNode pair = processor.putArray("pair");
    sequence(pair, "A", 0, bos, eos);
    sequence(pair, "B", 1, bos, eos);
    ObjectNode special = processor.putObject("special_tokens");
    bos.ifPresent(token -> specialToken(special, token));
    eos.ifPresent(token -> specialToken(special, token));
  }

  private static void sequence(
      ArrayNode into, String name, int type, Optional<String> bos, Optional<String> eos) {
    bos.ifPresent(token -> piece(into, "SpecialToken", token, type));
    piece(into, "Sequence", name, type);
    eos.ifPresent(token -> piece(into, "SpecialToken", token, type));
  }

  private static void piece(ArrayNode into, String kind, String id, int type) {
    into.addObject().putObject(kind).put("id", id).put("type_id", type);
  }

  private void specialToken(ObjectNode into, String token) {
    ObjectNode node = into.putObject(token).put("id", token);
    node.putArray("ids").add(ids.get(token));
    node.putArray("tokens").add(token);
  }

  /** Adds {@code vocab} to the model. */
  void vocabulary(ObjectNode model) {
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
  }

  GgufMetadata metadata() {
    return metadata;
  }

  List<String> tokens() {
    return tokens;
  }

  /** Whether a token stands for text, not for a byte, a control code or nothing. */
  boolean isNormal(int id) {
    return types.get(id) == NORMAL;
  }

  Map<String, Integer> ids() {
    return ids;
  }

  FtpipeException broken(String what) {
    return FtpipeException.pipeline(origin + ": its tokenizer " + what);
  }
}
