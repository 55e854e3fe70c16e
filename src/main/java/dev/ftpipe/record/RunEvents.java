package dev.ftpipe.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The events of a run as they come: a line of JSON each, so that somebody else can follow. */
public final class RunEvents implements AutoCloseable {
  private final OutputStream out;

  /** Adds to a file, which is made when it is not there. */
  public RunEvents(Path file) throws IOException {
    out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Adds a line, whole. */
  public synchronized void add(RunEvent event) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    JsonFactory json = Json.mapper().getFactory();
    // Not the mapper: what it looks up for a record would delay the first stage.
    try (JsonGenerator generator = json.createGenerator(line)) {
      generator.writeStartObject();
      generator.writeNumberField("at", event.at());
      generator.writeStringField("stage", event.stage());
      generator.writeStringField("event", event.event().text());
      generator.writeNumberField("done", event.done());
      generator.writeNumberField("total", event.total());
      generator.writeStringField("detail", event.detail());
      generator.writeEndObject();
    }
    line.write('\n');
    out.write(line.toByteArray());
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }

  /** The events so far; none without the file. A line that is torn or not ours is left out. */
  public static List<RunEvent> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<RunEvent> events = new ArrayList<>();
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    for (String line : text.split("\n", -1)) {
      parsed(line).ifPresent(events::add);
    }
    return events;
  }

  private static Optional<RunEvent> parsed(String line) throws IOException {
    try {
      return line.isEmpty()
          ? Optional.empty()
          : Optional.of(Json.mapper().readValue(line, RunEvent.class));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // torn: the run was killed while it was written
    }
  }
}
