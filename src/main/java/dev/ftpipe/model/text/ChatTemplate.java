package dev.ftpipe.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Jinja template that turns a conversation into text, rendered as Transformers renders it. Safe
 * for use by several threads.
 */
public final class ChatTemplate {
  /** The names that stand for templates of ours. */
  public static final List<String> BUILT_IN = List.of("llama2", "llama3", "chatml");

  private static final String FILE = "chat_template.jinja";
  private static final String KEY = "chat_template";
  private static final long MAX_BYTES = 1 << 20;

  private final String source;
  private final String origin;

  private ChatTemplate(String template, String origin) {
    this.source = TemplateSource.rewrite(template, origin);
    this.origin = origin;
  }

  /**
   * A template from its text.
   *
   * @param origin file or name, for messages
   */
  public static ChatTemplate of(String template, String origin) {
    return new ChatTemplate(template, origin);
  }

  /**
   * The template that a model folder brings: {@code chat_template.jinja}, or {@code chat_template}
   * in {@code tokenizer_config.json} (a text, or a list of named ones of which {@code default} is
   * taken); empty when it brings none.
   */
  public static Optional<ChatTemplate> ofModel(Path modelFolder) throws IOException {
    Path file = modelFolder.resolve(FILE);
    String origin =
        Files.exists(file)
            ? file.toString()
            : modelFolder.resolve(TokenizerConfig.NAME) + " " + KEY;
    return textOfModel(modelFolder).map(text -> of(text, origin));
  }

  /** The text of that template as it stands there. */
  public static Optional<String> textOfModel(Path modelFolder) throws IOException {
    Path file = modelFolder.resolve(FILE);
    if (Files.exists(file)) {
      return Optional.of(text(file));
    }
    TokenizerConfig config = TokenizerConfig.read(modelFolder);
    JsonNode node = config.root().path(KEY);
    if (node.isTextual()) {
      return Optional.of(node.asText());
    }
    for (JsonNode named : node) {
      if (named.path("name").asText().equals("default") && named.path("template").isTextual()) {
        return Optional.of(named.path("template").asText());
      }
    }
    if (node.isNull() || node.isMissingNode()) {
      return Optional.empty();
    }
    throw FtpipeException.pipeline(
        config.file() + ": " + KEY + " is neither a text nor a list with one named 'default'");
  }

  /** The template in a file. */
  public static ChatTemplate ofFile(Path file) throws IOException {
    return of(text(file), file.toString());
  }

  private static String text(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw FtpipeException.pipeline(
          "%s: has %,d bytes; a chat template has %,d at most".formatted(file, size, MAX_BYTES));
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw FtpipeException.pipeline(file + ": not valid UTF-8; expected a chat template", e);
    }
  }

  /**
   * One of {@link #BUILT_IN}.
   *
   * @throws FtpipeException for another name
   */
  public static ChatTemplate builtIn(String name) throws IOException {
    if (!BUILT_IN.contains(name)) {
      throw FtpipeException.usage(
          "no chat template is called '" + name + "'; known: " + String.join(", ", BUILT_IN));
    }
    try (InputStream in = ChatTemplate.class.getResourceAsStream(name + ".jinja")) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + ".jinja is missing");
      }
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
    }
  }

  /**
   * The text of a conversation.
   *
   * @param addGenerationPrompt whether the text ends with the opening of the assistant's turn
   * @param variables what else the template sees, such as {@code bos_token}
   * @throws FtpipeException with the template's file and line when it is wrong or refuses
   */
  public String render(
      List<Message> messages, boolean addGenerationPrompt, Map<String, String> variables) {
    Map<String, Object> context = new HashMap<>(variables);
    context.put("messages", messages.stream().map(ChatTemplate::mapping).toList());
    context.put("add_generation_prompt", addGenerationPrompt);
    return TemplateEngine.render(source, context, origin);
  }

  /** In the order in which a template that writes it as JSON shows it. */
  private static Map<String, String> mapping(Message message) {
    Map<String, String> mapping = new LinkedHashMap<>();
    mapping.put("role", message.role());
    mapping.put("content", message.content());
    return mapping;
  }
}
