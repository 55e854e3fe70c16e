package dev.ftpipe.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code tokenizer_config.json} says about special tokens.
 *
 * @param file for messages
 */
record TokenizerConfig(Path file, JsonNode root) {
  static final String NAME = "tokenizer_config.json";

  /**
   * Reads the file of a model folder.
   *
   * @throws FtpipeException when it is missing or not a JSON object
   */
  static TokenizerConfig read(Path modelFolder) throws IOException {
    Path file = modelFolder.resolve(NAME);
    if (!Files.exists(file)) {
      throw FtpipeException.pipeline(
          "model folder "
              + modelFolder
              + " has no "
              + NAME
              + "; a model needs one beside its"
              + " tokenizer.json");
    }
    return new TokenizerConfig(file, JsonFiles.readObject(file));
  }

  /** A special token such as {@code eos_token}; empty when it is absent or null. */
  Optional<String> token(String key) {
    JsonNode node = root.path(key);
    JsonNode text = node.isObject() ? node.path("content") : node;
    if (text.isTextual()) {
      return Optional.of(text.asText());
    }
    if (node.isNull() || node.isMissingNode()) {
      return Optional.empty();
    }
    throw FtpipeException.pipeline(
        file + ": " + key + " is " + node + ", expected a text or an object with 'content'");
  }
}
