package dev.ftpipe.model.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON files of a model folder. */
final class JsonFiles {
  private JsonFiles() {}

  static ObjectNode readObject(Path file) throws IOException {
    try {
      JsonNode root = Json.mapper().readTree(Files.readAllBytes(file));
      if (root instanceof ObjectNode object) {
        return object;
      }
      throw FtpipeException.pipeline(file + ": not a JSON object");
    } catch (JsonProcessingException e) {
      throw FtpipeException.pipeline(file + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
  }
}
