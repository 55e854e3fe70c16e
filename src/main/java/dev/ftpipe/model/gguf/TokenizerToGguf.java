package dev.ftpipe.model.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.JsonFiles;
import dev.ftpipe.model.chat.EndTokens;
import dev.ftpipe.model.text.ChatTemplate;
import dev.ftpipe.model.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The tokenizer and chat template of a model folder as metadata of a GGUF file. */
final class TokenizerToGguf {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final long NORMAL = 1;
  private static final long UNKNOWN = 2;
  private static final long CONTROL = 3;
  private static final long USER_DEFINED = 4;
  private static final long UNUSED = 5;
  private static final long BYTE = 6;

  private final Path folder;
  private final Path file;
  private final JsonNode root;
  private final Tokenizer tokenizer;
  private final List<String> tokens;
  private final List<Long> types;

  /**
   * Reads the vocabulary.
   *
   * @param vocabulary rows of the embedding; ids without a token get one that stands for nothing
   * @throws FtpipeException when the tokenizer cannot be expressed
   */
  TokenizerToGguf(Path folder, Tokenizer tokenizer, int vocabulary) throws IOException {
    this.folder = folder;
    this.file = folder.resolve(Tokenizer.NAME);
    this.root = JsonFiles.readObject(file);
    this.tokenizer = tokenizer;
    if (tokenizer.vocabularySize() > vocabulary) {
      throw broken(
          "has "
              + tokenizer.vocabularySize()
              + " tokens, but the model's embedding has only "
              + vocabulary);
    }
    this.tokens = new ArrayList<>();
    for (int id = 0; id < vocabulary; id++) {
      tokens.add("[PAD" + id + "]");
    }
    this.types = new ArrayList<>(Collections.nCopies(vocabulary, UNUSED));
    readVocabulary();
  }

  private void readVocabulary() {
    JsonNode model = root.path("model");
    if (!model.path("type").asText().equals("BPE") || !model.path("vocab").isObject()) {
      throw broken(
          "is of the kind '"
              + model.path("type").asText("missing")
              + "', which a GGUF file cannot hold; supported: BPE");
    }
    boolean bytes = isSentencePiece();
    for (var entry : model.path("vocab").properties()) {
      String token = entry.getKey();
      boolean isByte = bytes && token.matches("<0x[0-9A-F]{2}>");
      place(entry.getValue().asInt(), token, isByte ? BYTE : NORMAL);
    }
    String unknown = model.path("unk_token").asText("");
    for (JsonNode added : root.path("added_tokens")) {
      String token = added.path("content").asText();
      boolean special = added.path("special").asBoolean();
      long type = special ? CONTROL : USER_DEFINED;
      place(added.path("id").asInt(), token, token.equals(unknown) ? UNKNOWN : type);
    }
  }

  private void place(int id, String token, long type) {
    tokens.set(id, token);
    types.set(id, type);
  }

  private boolean isSentencePiece() {
    return root.path("model").path("byte_fallback").asBoolean();
  }

  /**
   * Adds all that there is of it.
   *
   * @return what a reader of the file should know; may be empty
   */
  List<String> describe(MetadataWriter out) throws IOException {
    List<String> warnings = new ArrayList<>();
    if (isSentencePiece()) {
      SentencePieceScores scores = SentencePieceScores.of(this);
      out.text(PREFIX + "model", "llama");
      out.text(PREFIX + "pre", "default");
      out.texts(PREFIX + "tokens", tokens);
      out.reals(PREFIX + "scores", scores.scores());
      out.numbers(PREFIX + "token_type", types);
      out.bool(PREFIX + "add_space_prefix", scores.spacePrefix());
      scores.warning().ifPresent(warnings::add);
    } else {
      out.text(PREFIX + "model", "gpt2");
      out.text(PREFIX + "pre", wordCuts());
      out.texts(PREFIX + "tokens", tokens);
      out.numbers(PREFIX + "token_type", types);
      out.texts(PREFIX + "merges", merges().stream().map(Merge::written).toList());
    }
    specialTokens(out);
    Optional<String> template = ChatTemplate.textOfModel(folder);
    template.ifPresent(text -> out.text("tokenizer.chat_template", text));
    return warnings;
  }

  private String wordCuts() {
    JsonNode normalizer = root.path("normalizer");
    Optional<String> name = WordCuts.nameOf(root.path("pre_tokenizer"));
    boolean plain = normalizer.isNull() || normalizer.isMissingNode();
    if (name.isEmpty() || !(plain || normalizer.path("type").asText().equals("NFC"))) {
      throw broken(
          "normalizes or cuts words in a way for which llama.cpp has no name that ftpipe knows;"
              + " known: "
              + String.join(", ", WordCuts.names()));
    }
    return name.get();
  }

  /** The merges in their order, the first being the first to be applied. */
  List<Merge> merges() {
    List<Merge> merges = new ArrayList<>();
    for (JsonNode merge : root.path("model").path("merges")) {
      String text = merge.asText();
      int space = text.indexOf(' ', 1);
      String left =
          merge.isArray() ? merge.path(0).asText() : text.substring(0, Math.max(0, space));
      String right = merge.isArray() ? merge.path(1).asText() : text.substring(space + 1);
      if (left.isEmpty() || right.isEmpty()) {
        throw broken("has the merge " + merge + ", expected two tokens");
      }
      merges.add(new Merge(left, right, -merges.size()));
    }
    return merges;
  }

  /** Which tokens begin and end a text, and which of them the tokenizer adds by itself. */
  private void specialTokens(MetadataWriter out) throws IOException {
    long[] bare = tokenizer.encode("a", false);
    long[] whole = tokenizer.encode("a", true);
    int more = whole.length - bare.length;
    boolean bos = more > 0 && !Arrays.equals(whole, 0, bare.length, bare, 0, bare.length);
    boolean eos = more == (bos ? 2 : 1);
    int from = bos ? 1 : 0;
    if (more > 2
        || more < 0
        || !Arrays.equals(whole, from, from + bare.length, bare, 0, bare.length)) {
      throw broken("adds other tokens to a text than one before and one after it");
    }
    OptionalLong begin = bos ? OptionalLong.of(whole[0]) : id(tokenizer.bosToken());
    OptionalLong end = eos ? OptionalLong.of(whole[whole.length - 1]) : id(tokenizer.eosToken());
    List<Long> ends = new ArrayList<>(EndTokens.ofGenerationConfig(folder));
    begin.ifPresent(id -> out.number(PREFIX + "bos_token_id", id));
    if (end.isEmpty() && !ends.isEmpty()) {
      end = OptionalLong.of(ends.get(0));
    }
    if (end.isPresent()) {
      out.number(PREFIX + "eos_token_id", end.getAsLong());
      ends.remove(end.getAsLong());
    }
    List<String> kinds = List.of("eot", "eom");
    for (int i = 0; i < Math.min(kinds.size(), ends.size()); i++) {
      out.number(PREFIX + kinds.get(i) + "_token_id", ends.get(i));
    }
    id(tokenizer.unkToken()).ifPresent(id -> out.number(PREFIX + "unknown_token_id", id));
    id(tokenizer.padToken()).ifPresent(id -> out.number(PREFIX + "padding_token_id", id));
    out.bool(PREFIX + "add_bos_token", bos);
    out.bool(PREFIX + "add_eos_token", eos);
  }

  private OptionalLong id(Optional<String> token) {
    return token.isPresent() ? tokenizer.idOf(token.get()) : OptionalLong.empty();
  }

  JsonNode root() {
    return root;
  }

  List<String> tokens() {
    return tokens;
  }

  boolean isNormal(int id) {
    return types.get(id) == NORMAL;
  }

  FtpipeException broken(String what) {
    return FtpipeException.pipeline(file + ": the tokenizer " + what);
  }
}
