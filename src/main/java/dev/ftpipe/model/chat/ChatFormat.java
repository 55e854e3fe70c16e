package dev.ftpipe.model.chat;

import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.model.text.ChatTemplate;
import dev.ftpipe.model.text.Message;
import dev.ftpipe.model.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tokenizer, chat template and end tokens of a model. */
public final class ChatFormat implements AutoCloseable {
  private final String model;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final Map<String, String> variables;
  private final Set<Long> endIds;

  private ChatFormat(
      String model,
      Tokenizer tokenizer,
      Optional<ChatTemplate> template,
      Map<String, String> variables,
      Set<Long> endIds) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.template = template;
    this.variables = variables;
    this.endIds = endIds;
  }

  /**
   * Opens the tokenizer of a model folder.
   *
   * @param model what the folder is called in messages
   * @param templateName one of {@link ChatTemplate#BUILT_IN}; the model's own template when empty
   * @throws FtpipeException when the folder has no usable tokenizer
   */
  public static ChatFormat open(Path folder, String model, Optional<String> templateName)
      throws IOException {
    return open(
        folder,
        model,
        () ->
            templateName.isPresent()
                ? Optional.of(ChatTemplate.builtIn(templateName.get()))
                : ChatTemplate.ofModel(folder));
  }

  /** As {@link #open(Path, String, Optional)}, with a template of one's own. */
  public static ChatFormat open(Path folder, String model, ChatTemplate template)
      throws IOException {
    return open(folder, model, () -> Optional.of(template));
  }

  /** Where a template comes from. */
  @FunctionalInterface
  private interface TemplateSource {
    Optional<ChatTemplate> template() throws IOException;
  }

  private static ChatFormat open(Path folder, String model, TemplateSource source)
      throws IOException {
    Tokenizer tokenizer = Tokenizer.open(folder);
    try {
      Set<Long> endIds = new TreeSet<>(EndTokens.ofGenerationConfig(folder));
      tokenizer.eosToken().map(tokenizer::idOf).ifPresent(id -> id.ifPresent(endIds::add));
      return new ChatFormat(model, tokenizer, source.template(), variables(tokenizer), endIds);
    } catch (IOException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static Map<String, String> variables(Tokenizer tokenizer) {
    Map<String, String> variables = new TreeMap<>();
    tokenizer.bosToken().ifPresent(token -> variables.put("bos_token", token));
    tokenizer.eosToken().ifPresent(token -> variables.put("eos_token", token));
    tokenizer.padToken().ifPresent(token -> variables.put("pad_token", token));
    tokenizer.unkToken().ifPresent(token -> variables.put("unk_token", token));
    return variables;
  }

  /**
   * The token ids of a conversation.
   *
   * @param addGenerationPrompt whether they end with the opening of the assistant's turn
   * @throws FtpipeException when there is no template, or it refuses the conversation
   */
  public long[] encode(List<Message> messages, boolean addGenerationPrompt) {
    ChatTemplate chatTemplate =
        template.orElseThrow(
            () ->
                FtpipeException.usage(
                    "model "
                        + model
                        + " has no chat template: set sft.chat_template to one of "
                        + String.join(", ", ChatTemplate.BUILT_IN)
                        + ", or put chat_template.jinja into its folder"));
    // The template writes the begin token itself.
    return tokenizer.encode(chatTemplate.render(messages, addGenerationPrompt, variables), false);
  }

  /** The text of the ids without special tokens. */
  public String decode(long[] ids) {
    return tokenizer.decode(ids, true);
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Ids that end an answer: those of {@code generation_config.json} and the tokenizer's own. */
  public Set<Long> endIds() {
    return endIds;
  }

  /** The tokenizer's end token; empty when it has none. */
  public OptionalLong endId() {
    return tokenizer.eosToken().map(tokenizer::idOf).orElse(OptionalLong.empty());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
