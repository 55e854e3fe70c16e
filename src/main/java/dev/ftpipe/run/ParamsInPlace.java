package dev.ftpipe.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.base.Json;
import dev.ftpipe.config.ParamFiles;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The values of the command line, written into the params files while commands run that read these
 * files themselves: a result under a key has to be made from the values in that key. Afterwards the
 * files are as they were; after a kill, the next command puts them back.
 */
public final class ParamsInPlace implements AutoCloseable {
  private static final String RECORD = "params-in-place.json";

  private final Path root;
  private final Consumer<String> notes;
  private final boolean written;

  private ParamsInPlace(Path root, Consumer<String> notes, boolean written) {
    this.root = root;
    this.notes = notes;
    this.written = written;
  }

  /**
   * What is to be put back.
   *
   * @param process id of the one that put other values there
   * @param started when it was started, in milliseconds, as ids come again
   * @param files by path in the project
   */
  private record Saved(long process, long started, Map<String, Texts> files) {
    boolean isAtWork() {
      return ProcessHandle.of(process).filter(it -> started(it) == started).isPresent();
    }

    static Saved of(Map<String, Texts> files) {
      ProcessHandle self = ProcessHandle.current();
      return new Saved(self.pid(), started(self), files);
    }

    private static long started(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
  }

  /**
   * The texts of one file.
   *
   * @param before the user's; empty when there was no file
   * @param during with the values of the command line
   */
  private record Texts(Optional<String> before, String during) {}

  /**
   * Writes the values, if there is a command that could read them.
   *
   * @throws FtpipeException of the environment, when another process has put its own there
   */
  public static ParamsInPlace of(
      Path root, Graph graph, ParamOverrides overrides, Consumer<String> notes) throws IOException {
    Map<String, String> texts =
        overrides.equals(ParamOverrides.NONE) || !hasReaders(graph)
            ? Map.of()
            : new ParamFiles(root, overrides, new Problems()).texts();
    if (texts.isEmpty()) {
      return new ParamsInPlace(root, notes, false);
    }
    Path record = record(root);
    if (Files.exists(record)) {
      throw FtpipeException.environment(
          "another ftpipe runs here with other params; start this one when it is done", null);
    }
    Map<String, Texts> files = new TreeMap<>();
    for (var text : texts.entrySet()) {
      Path file = root.resolve(text.getKey());
      files.put(text.getKey(), new Texts(text(file), text.getValue()));
    }
    Files.createDirectories(record.getParent());
    AtomicFiles.write(record, Json.mapper().writeValueAsBytes(Saved.of(files)));
    for (var text : texts.entrySet()) {
      write(root.resolve(text.getKey()), text.getValue());
    }
    return new ParamsInPlace(root, notes, true);
  }

  private static boolean hasReaders(Graph graph) {
    return graph.stages().stream()
        .anyMatch(stage -> stage.action() instanceof Action.Shell && !stage.params().isEmpty());
  }

  /** Puts back what a killed process left; costs a look for one file where there is nothing. */
  public static void recover(Path root, Consumer<String> notes) throws IOException {
    Optional<Saved> saved = saved(root, notes);
    if (saved.isPresent() && !saved.get().isAtWork()) {
      putBack(root, saved.get(), notes);
    }
  }

  @Override
  public void close() throws IOException {
    Optional<Saved> saved = written ? saved(root, notes) : Optional.empty();
    if (saved.isPresent()) {
      putBack(root, saved.get(), notes);
    }
  }

  private static void putBack(Path root, Saved saved, Consumer<String> notes) throws IOException {
    for (var each : saved.files.entrySet()) {
      Path file = root.resolve(each.getKey());
      Texts texts = each.getValue();
      Optional<String> now = text(file);
      if (now.equals(texts.before)) {
        continue;
      }
      if (!now.equals(Optional.of(texts.during))) {
        notes.accept(each.getKey() + " was edited while other params were in it; it stays so");
      } else if (texts.before.isPresent()) {
        write(file, texts.before.get());
      } else {
        Files.delete(file);
      }
    }
    Files.deleteIfExists(record(root));
  }

  private static Optional<String> text(Path file) throws IOException {
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  private static Optional<Saved> saved(Path root, Consumer<String> notes) throws IOException {
    Path record = record(root);
    if (!Files.exists(record)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.mapper().readValue(Files.readAllBytes(record), Saved.class));
    } catch (JsonProcessingException e) {
      Files.delete(record);
      notes.accept(record + " is damaged and was removed; look at the params files");
      return Optional.empty();
    }
  }

  private static Path record(Path root) {
    return root.resolve(".ftpipe/state").resolve(RECORD);
  }

  private static void write(Path file, String text) {
    try {
      AtomicFiles.write(file, text);
    } catch (IOException e) {
      throw IoProblem.writing(file, e);
    }
  }
}
