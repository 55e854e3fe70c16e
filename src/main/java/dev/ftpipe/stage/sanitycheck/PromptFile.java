package dev.ftpipe.stage.sanitycheck;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads prompts from JSONL. */
final class PromptFile {
  private PromptFile() {}

  /**
   * The prompts of a file.
   *
   * @param name the file's name in messages
   * @throws FtpipeException with file and line for a line that is no prompt
   */
  static List<Prompt> read(Path file, String name) throws IOException {
    List<Prompt> prompts = new ArrayList<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw FtpipeException.pipeline(name + ": not UTF-8 text; prompts are JSONL in UTF-8", e);
    }
    for (String line : lines) {
      String where = name + ":" + (prompts.size() + 1) + ": ";
      try {
        prompts.add(Prompt.of(Json.mapper().readTree(line)));
      } catch (JsonProcessingException e) {
        throw FtpipeException.pipeline(where + "not JSON: " + Json.problem(e), e);
      } catch (IllegalArgumentException e) {
        throw FtpipeException.pipeline(where + e.getMessage(), e);
      }
    }
    return prompts;
  }
}
