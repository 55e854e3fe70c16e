package dev.ftpipe.run;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.ftpipe.base.Json;
import dev.ftpipe.store.Artifact;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Writes the lock file and the lines of its journal as JSON. */
final class LockWriter {
  private LockWriter() {}

  /** The text of a lock file, one value a line, so that git shows and merges single stages. */
  static byte[] text(LockFile lock) throws IOException {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator out = Json.mapper().getFactory().createGenerator(text)) {
      out.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter));
      out.writeStartObject();
      out.writeNumberField("format", LockReader.FORMAT);
      write(out, "sources", lock.sources());
      if (!lock.added().isEmpty()) {
        writeAdded(out, lock.added());
      }
      out.writeObjectFieldStart("stages");
      for (var stage : lock.stages().entrySet()) {
        out.writeFieldName(stage.getKey());
        write(out, stage.getValue());
      }
      out.writeEndObject();
      out.writeEndObject();
      out.writeRaw('\n');
    }
    return text.toByteArray();
  }

  static byte[] text(LockReader.Line line) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator out = Json.mapper().getFactory().createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("stage", line.stage());
      if (line.entry().isPresent()) {
        out.writeFieldName("entry");
        write(out, line.entry().get());
      }
      write(out, "sources", line.sources());
      out.writeEndObject();
    }
    return text.toByteArray();
  }

  private static void write(JsonGenerator out, LockFile.Entry entry) throws IOException {
    out.writeStartObject();
    out.writeStringField("key", entry.key().hex());
    out.writeFieldName("ingredients");
    Optional<String> lockText =
        out.getPrettyPrinter() == null ? Optional.empty() : entry.ingredients().lockText();
    if (lockText.isPresent()) {
      out.writeRawValue(lockText.get());
    } else {
      Json.write(out, entry.ingredients().document());
    }
    write(out, "outputs", entry.outputs());
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, String name, Map<String, Artifact> artifacts)
      throws IOException {
    out.writeObjectFieldStart(name);
    for (var each : artifacts.entrySet()) {
      out.writeObjectFieldStart(each.getKey());
      writeFields(out, each.getValue());
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static void writeAdded(JsonGenerator out, Map<String, AddedSource> added)
      throws IOException {
    out.writeObjectFieldStart("added");
    for (var each : added.entrySet()) {
      out.writeObjectFieldStart(each.getKey());
      writeFields(out, each.getValue().content());
      if (each.getValue().origin().isPresent()) {
        out.writeStringField("from", each.getValue().origin().get().url());
        out.writeStringField("pin", each.getValue().origin().get().pin());
      }
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static void writeFields(JsonGenerator out, Artifact artifact) throws IOException {
    out.writeStringField("kind", artifact.kind().text());
    out.writeStringField("digest", artifact.digest().hex());
    out.writeNumberField("size", artifact.size());
  }
}
