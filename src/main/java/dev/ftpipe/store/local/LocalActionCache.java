package dev.ftpipe.store.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.base.Json;
import dev.ftpipe.store.ActionCache;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Action entries as JSON files. */
final class LocalActionCache implements ActionCache {
  private static final Pattern ENTRY = Pattern.compile("([0-9a-f]{2})/([0-9a-f]{62})\\.json");

  private final StoreLayout layout;
  private final Consumer<String> notes;

  LocalActionCache(StoreLayout layout, Consumer<String> notes) {
    this.layout = layout;
    this.notes = notes;
  }

  @Override
  public Optional<ActionResult> find(ActionKey key) throws IOException {
    Path entry = layout.action(key);
    try {
      return Optional.of(Json.mapper().readValue(Files.readAllBytes(entry), ActionResult.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      remove(entry, e.getOriginalMessage());
      return Optional.empty();
    }
  }

  private void remove(Path entry, String why) {
    String done = "removed";
    try {
      Files.deleteIfExists(entry);
    } catch (IOException e) {
      done = "it cannot be removed: " + IoProblem.sentence(e);
    }
    notes.accept("damaged cache entry " + entry + ": " + why + "; " + done);
  }

  @Override
  public void put(ActionKey key, ActionResult result) throws IOException {
    Path entry = layout.action(key);
    String text = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(result) + "\n";
    try {
      // Torn by a power cut it is no JSON, and found out when it is read.
      AtomicFiles.writeUnsynced(entry, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw IoProblem.writing(entry, e);
    }
  }

  @Override
  public List<ActionKey> keys() throws IOException {
    List<ActionKey> keys = new ArrayList<>();
    if (!Files.isDirectory(layout.actions())) {
      return keys;
    }
    try (Stream<Path> files = Files.walk(layout.actions(), 2)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher match = ENTRY.matcher(layout.actions().relativize(file).toString());
        if (match.matches()) {
          keys.add(ActionKey.of(match.group(1) + match.group(2)));
        }
      }
    }
    keys.sort(null);
    return keys;
  }
}
