package dev.ftpipe.model.tensor;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON files for people to read, with the same bytes on every platform. */
public final class PrettyJson {
  private PrettyJson() {}

  /** Writes the file, indented by two, with a newline at its end. */
  public static void write(Path file, JsonNode node) throws IOException {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    Files.writeString(file, Json.mapper().writer(printer).writeValueAsString(node) + "\n");
  }
}
