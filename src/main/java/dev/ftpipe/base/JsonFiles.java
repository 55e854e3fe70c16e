package dev.ftpipe.base;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON files that a user brings, such as those of a model folder. */
public final class JsonFiles {
  /** Bytes of a file: several times the largest tokenizer there is. */
  private static final long MAX_BYTES = 96 << 20;

  private JsonFiles() {}

  /**
   * The object that is the whole file.
   *
   * @throws FtpipeException when it is not valid JSON, another value than an object, or of a size
   *     that no such file has
   */
  public static ObjectNode readObject(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw FtpipeException.pipeline(
          "%s: has %,d bytes; a file of this kind has %,d at most"
              .formatted(file, size, MAX_BYTES));
    }
    try {
      JsonNode root = Json.mapper().readTree(Files.readAllBytes(file));
      if (root instanceof ObjectNode object) {
        return object;
      }
      throw FtpipeException.pipeline(file + ": not a JSON object");
    } catch (JsonProcessingException e) {
      throw FtpipeException.pipeline(file + ": not valid JSON: " + Json.problem(e), e);
    }
  }
}
