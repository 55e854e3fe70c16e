package dev.ftpipe.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.base.Json;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each stage last read and wrote: {@code pipeline.lock}. Nothing in it depends on the clock or
 * the machine, so equal runs write equal bytes.
 *
 * @param sources files that no stage makes, by path
 * @param stages by name
 */
@JsonPropertyOrder({"format", "sources", "stages"})
record LockFile(int format, Map<String, Artifact> sources, Map<String, Entry> stages) {
  static final String NAME = "pipeline.lock";
  static final LockFile EMPTY = new LockFile(Map.of(), Map.of());
  private static final int FORMAT = 1;

  /** One stage's last success. */
  @JsonPropertyOrder({"key", "ingredients", "outputs"})
  record Entry(ActionKey key, Ingredients ingredients, Map<String, Artifact> outputs) {
    Entry {
      outputs = Collections.unmodifiableMap(new TreeMap<>(outputs));
    }
  }

  LockFile {
    sources = Collections.unmodifiableMap(new TreeMap<>(sources));
    stages = Collections.unmodifiableMap(new TreeMap<>(stages));
  }

  LockFile(Map<String, Artifact> sources, Map<String, Entry> stages) {
    this(FORMAT, sources, stages);
  }

  Optional<Entry> stage(String name) {
    return Optional.ofNullable(stages.get(name));
  }

  LockFile with(String stage, Entry entry, Map<String, Artifact> itsSources) {
    Map<String, Artifact> newSources = new TreeMap<>(sources);
    newSources.putAll(itsSources);
    Map<String, Entry> newStages = new TreeMap<>(stages);
    newStages.put(stage, entry);
    return new LockFile(newSources, newStages);
  }

  LockFile without(String stage) {
    Map<String, Entry> rest = new TreeMap<>(stages);
    rest.remove(stage);
    return new LockFile(sources, rest);
  }

  /** Only what the pipeline still has. */
  LockFile limitedTo(Set<String> sourcePaths, Set<String> stageNames) {
    Map<String, Artifact> keptSources = new TreeMap<>(sources);
    keptSources.keySet().retainAll(sourcePaths);
    Map<String, Entry> keptStages = new TreeMap<>(stages);
    keptStages.keySet().retainAll(stageNames);
    return new LockFile(keptSources, keptStages);
  }

  /**
   * Reads the file; empty when there is none.
   *
   * @throws FtpipeException wrong use, when it is not what ftpipe wrote
   */
  static LockFile read(Path file) throws IOException {
    try {
      return parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      return EMPTY;
    } catch (java.nio.charset.CharacterCodingException e) {
      throw unreadable("is not UTF-8 text");
    }
  }

  /** Reads the text of a lock file; errors as {@link #read}'s. */
  static LockFile parse(String text) {
    int conflict = conflictLine(text);
    if (conflict > 0) {
      throw FtpipeException.usage(
          NAME
              + ":"
              + conflict
              + ": merge conflict; take one side (git checkout --ours "
              + NAME
              + "), then run ftpipe repro: what the other side made comes from the cache");
    }
    try {
      JsonNode tree = Json.mapper().readTree(text);
      int found = tree.path("format").asInt();
      if (found > FORMAT) {
        throw FtpipeException.usage(
            NAME
                + " has format "
                + found
                + ", written by a newer ftpipe; this one reads format "
                + FORMAT
                + ": upgrade ftpipe");
      }
      if (found != FORMAT) {
        throw unreadable("has no format number");
      }
      return Json.mapper().treeToValue(tree, LockFile.class);
    } catch (JsonProcessingException e) {
      String at =
          e.getLocation() == null || e.getLocation().getLineNr() < 1
              ? ""
              : " (line " + e.getLocation().getLineNr() + ")";
      throw unreadable("is damaged" + at + ": " + e.getOriginalMessage());
    }
  }

  private static FtpipeException unreadable(String what) {
    return FtpipeException.usage(
        NAME
            + " "
            + what
            + "; take it from git, or delete it and run ftpipe repro:"
            + " results come from the cache");
  }

  private static int conflictLine(String text) {
    int line = 0;
    for (String each : text.split("\n", -1)) {
      line++;
      if (each.startsWith("<<<<<<<") || each.startsWith(">>>>>>>")) {
        return line;
      }
    }
    return 0;
  }

  String text() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    try {
      return Json.mapper().writer(printer).writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a lock file is always JSON", e);
    }
  }

  /** Replaces the file whole; leaves it alone when it says the same already. */
  void write(Path file) throws IOException {
    byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
    if (Files.exists(file) && java.util.Arrays.equals(Files.readAllBytes(file), bytes)) {
      return;
    }
    try {
      AtomicFiles.write(file, bytes);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }
}
