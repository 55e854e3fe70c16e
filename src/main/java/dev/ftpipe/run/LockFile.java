package dev.ftpipe.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.store.ActionKey;
import dev.ftpipe.store.Artifact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What each stage last read and wrote: {@code pipeline.lock}. Nothing in it depends on the clock or
 * the machine, so equal runs write equal bytes.
 *
 * @param sources files that no stage makes, by path, as a stage last read them
 * @param added files and folders that were added, by path
 * @param stages by name
 */
record LockFile(
    Map<String, Artifact> sources, Map<String, AddedSource> added, Map<String, Entry> stages) {
  static final String NAME = "pipeline.lock";
  static final LockFile EMPTY = new LockFile(Map.of(), Map.of(), Map.of());

  /** One stage's last success. */
  record Entry(ActionKey key, Ingredients ingredients, Map<String, Artifact> outputs) {
    Entry {
      outputs = Collections.unmodifiableMap(new TreeMap<>(outputs));
    }
  }

  LockFile {
    sources = Collections.unmodifiableMap(new TreeMap<>(sources));
    added = Collections.unmodifiableMap(new TreeMap<>(added));
    stages = Collections.unmodifiableMap(new TreeMap<>(stages));
  }

  Optional<Entry> stage(String name) {
    return Optional.ofNullable(stages.get(name));
  }

  /** All content that it speaks of, by path: what was added, what was read, what stages made. */
  Map<String, Artifact> contents() {
    Map<String, Artifact> contents = new TreeMap<>(sources);
    added.forEach((path, source) -> contents.put(path, source.content()));
    stages.values().forEach(stage -> contents.putAll(stage.outputs()));
    return contents;
  }

  /** The file's bytes; empty, as no lock file ever is, when there is none. */
  static byte[] bytes(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  /**
   * Reads the file; empty when there is none.
   *
   * @throws FtpipeException wrong use, when it is not what ftpipe wrote
   */
  static LockFile read(Path file) throws IOException {
    return parse(bytes(file));
  }

  /**
   * Reads the bytes of a file; empty for no bytes.
   *
   * @throws FtpipeException wrong use, when they are not what ftpipe wrote
   */
  static LockFile parse(byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      return EMPTY;
    }
    try {
      return LockReader.parse(bytes);
    } catch (JsonProcessingException e) {
      // Only now: both would take as long as reading the file does.
      requireText(bytes);
      requireNoConflict(bytes);
      String at =
          e.getLocation() == null || e.getLocation().getLineNr() < 1
              ? ""
              : " (line " + e.getLocation().getLineNr() + ")";
      throw unreadable("is damaged" + at + ": " + e.getOriginalMessage());
    }
  }

  private static void requireText(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw unreadable("is not UTF-8 text");
    }
  }

  private static void requireNoConflict(byte[] bytes) {
    int line = 0;
    for (String each : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
      line++;
      if (each.startsWith("<<<<<<<") || each.startsWith(">>>>>>>")) {
        throw FtpipeException.usage(
            NAME
                + ":"
                + line
                + ": merge conflict; take one side (git checkout --ours "
                + NAME
                + "), then run ftpipe repro: what the other side made comes from the cache");
      }
    }
  }

  static FtpipeException unreadable(String what) {
    return FtpipeException.usage(
        NAME
            + " "
            + what
            + "; take it from git, or delete it and run ftpipe repro:"
            + " results come from the cache");
  }

  /** Replaces the file whole; leaves it alone when it says the same already. */
  void write(Path file) throws IOException {
    byte[] text = LockWriter.text(this);
    if (Arrays.equals(bytes(file), text)) {
      return;
    }
    try {
      AtomicFiles.write(file, text);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }
}
