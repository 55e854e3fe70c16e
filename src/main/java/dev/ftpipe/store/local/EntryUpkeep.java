package dev.ftpipe.store.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.Digest;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.base.Json;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.ActionResult;
import dev.ftpipe.store.Damage;
import dev.ftpipe.store.Swept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Checks and cleans the entries of the action cache. */
final class EntryUpkeep {
  private final StoreLayout layout;
  private final LocalActionCache cache;

  EntryUpkeep(StoreLayout layout) {
    this.layout = layout;
    this.cache = new LocalActionCache(layout, note -> {});
  }

  void audit(AuditTally tally) throws IOException {
    for (ActionKey key : cache.keys()) {
      Path file = layout.action(key);
      Optional<byte[]> text = bytes(file);
      if (text.isPresent()) {
        Optional<String> problem = problem(key, text.get());
        if (problem.isPresent()) {
          tally.add(Damage.ofEntry(file.toString(), key, problem.get()));
        } else {
          tally.sound(text.get().length);
        }
      }
    }
  }

  private static Optional<byte[]> bytes(Path file) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> problem(ActionKey key, byte[] text) throws IOException {
    try {
      ActionResult result = Json.mapper().readValue(text, ActionResult.class);
      Digest ingredients = Digest.of(Json.canonical(result.ingredients()));
      return ingredients.equals(key.digest())
          ? Optional.empty()
          : Optional.of("is the result of another key (" + ingredients.brief() + "…)");
    } catch (JsonProcessingException e) {
      return Optional.of("cannot be read: " + e.getOriginalMessage());
    }
  }

  void discard(Collection<Damage> damages) throws IOException {
    drop(damages.stream().flatMap(damage -> damage.entry().stream()).toList());
  }

  List<ActionKey> since(Instant moment) throws IOException {
    List<ActionKey> young = new ArrayList<>();
    for (ActionKey key : cache.keys()) {
      if (!stored(layout.action(key)).isBefore(moment)) {
        young.add(key);
      }
    }
    return young;
  }

  // An entry that has just gone is an old one: whoever asks drops it or leaves it out.
  private static Instant stored(Path file) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (NoSuchFileException e) {
      return Instant.MIN;
    }
  }

  List<ActionKey> garbage(SweepTally tally) throws IOException {
    List<ActionKey> garbage = new ArrayList<>();
    for (ActionKey key : cache.keys()) {
      Path file = layout.action(key);
      Instant stored = stored(file);
      if (tally.drops(key, stored)) {
        garbage.add(key);
        tally.add(new Swept.Result(key, outputs(file), stored));
      }
    }
    return garbage;
  }

  private static List<String> outputs(Path file) throws IOException {
    try {
      return List.copyOf(
          Json.mapper().readValue(Files.readAllBytes(file), ActionResult.class).outputs().keySet());
    } catch (JsonProcessingException | NoSuchFileException e) {
      // It goes in any case.
      return List.of();
    }
  }

  void drop(Collection<ActionKey> keys) {
    for (ActionKey key : keys) {
      Path file = layout.action(key);
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw IoProblem.writing(file, e);
      }
    }
  }
}
