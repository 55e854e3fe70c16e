package dev.ftpipe.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code eos_token_id} of {@code generation_config.json}: a number or a list. */
public final class EndTokens {
  private static final String FILE = "generation_config.json";
  private static final String KEY = "eos_token_id";

  private EndTokens() {}

  /** The ids; none when the file or the key is not there. */
  public static Set<Long> ofGenerationConfig(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Set.of();
    }
    JsonNode value = JsonFiles.readObject(file).path(KEY);
    if (value.isMissingNode() || value.isNull()) {
      return Set.of();
    }
    Set<Long> ids = new TreeSet<>();
    for (JsonNode id : value.isArray() ? value : List.of(value)) {
      if (!id.canConvertToInt() || !id.isIntegralNumber() || id.intValue() < 0) {
        throw FtpipeException.pipeline(
            file + ": " + KEY + " is " + value + "; expected a token id or a list of them");
      }
      ids.add(id.longValue());
    }
    return ids;
  }
}
