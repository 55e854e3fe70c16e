package dev.ftpipe.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The runs of a project: {@code .ftpipe/runs}, and a copy of those that a remote has. */
public final class RunRecords {
  private final List<Path> folders;

  /** The runs in a folder, which need not exist yet. */
  public RunRecords(Path folder) {
    this(List.of(folder));
  }

  private RunRecords(List<Path> folders) {
    this.folders = folders;
  }

  /** These runs, and those of another folder. */
  public RunRecords and(Path other) {
    List<Path> all = new ArrayList<>(folders);
    all.add(other);
    return new RunRecords(List.copyOf(all));
  }

  /** The runs of the project in this folder. */
  public static RunRecords of(Path root) {
    return new RunRecords(root.resolve(".ftpipe/runs"));
  }

  /**
   * A run in a table.
   *
   * @param record without its stages; empty when it cannot be read
   * @param problem why it cannot
   */
  public record Listed(String id, Optional<RunRecord> record, String problem) {}

  /** Begins a run: makes its folder. */
  public RunFolder create(Instant now) throws IOException {
    return RunFolder.create(folders.get(0), now);
  }

  /** Every run, the oldest first; one that cannot be read does not hide the others. */
  public List<Listed> list() throws IOException {
    List<Listed> listed = new ArrayList<>();
    for (String id : ids()) {
      try {
        listed.add(new Listed(id, Optional.of(read(id, Part.HEAD)), ""));
      } catch (Unreadable e) {
        listed.add(new Listed(id, Optional.empty(), e.getMessage()));
      }
    }
    return listed;
  }

  /**
   * The whole record of a run.
   *
   * @param name its id, the beginning of it that no other has, {@code latest}, or {@code -1} for
   *     the latest, {@code -2} for the one before, …
   * @throws FtpipeException wrong use, when there is no such run or several
   */
  public RunRecord find(String name) throws IOException {
    String id = resolve(name);
    try {
      return read(id, Part.WHOLE);
    } catch (Unreadable e) {
      throw FtpipeException.usage(
          "run " + id + " " + e.getMessage() + "; 'ftpipe runs rm " + id + "' removes it");
    }
  }

  /** The folder of a run; {@code name} as for {@link #find}. */
  public RunFolder folder(String name) throws IOException {
    return folderOf(resolve(name));
  }

  /** Removes a run's record and logs; what its stages made stays in the cache. */
  public void remove(String id) throws IOException {
    AtomicFiles.deleteTree(folders.get(0).resolve(id));
  }

  /** The id that a name means, as for {@link #find}. */
  public String resolve(String name) throws IOException {
    return RunNames.resolve(name, ids());
  }

  /** Whether a name can only be meant as that of a run: its form, not that there is one. */
  public static boolean isName(String text) {
    return RunNames.looksLikeOne(text);
  }

  /** Whether the run of this id is in the first of the folders. */
  public boolean isHere(String id) {
    return Files.exists(new RunFolder(folders.get(0).resolve(id)).record());
  }

  private RunFolder folderOf(String id) {
    for (Path folder : folders) {
      RunFolder run = new RunFolder(folder.resolve(id));
      if (Files.exists(run.record())) {
        return run;
      }
    }
    return new RunFolder(folders.get(0).resolve(id));
  }

  /** Every id, the oldest first. */
  public List<String> ids() throws IOException {
    Set<String> ids = new TreeSet<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> all = Files.list(folder)) {
          all.filter(each -> Files.exists(new RunFolder(each).record()))
              .map(each -> each.getFileName().toString())
              .forEach(ids::add);
        }
      }
    }
    return List.copyOf(ids);
  }

  private enum Part {
    HEAD,
    WHOLE
  }

  /** Its message says what is wrong with a record. */
  private static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    Unreadable(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  private RunRecord read(String id, Part part) throws Unreadable {
    ObjectMapper mapper = Json.mapper();
    // One value after the other: what follows a value is the next one.
    ObjectReader values = mapper.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    ObjectNode tree = mapper.createObjectNode();
    try (JsonParser parser = mapper.createParser(folderOf(id).record().toFile())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Unreadable("is damaged: not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (part == Part.HEAD && name.equals("stages")) {
          tree.putArray(name);
          break;
        }
        parser.nextToken();
        tree.set(name, values.readTree(parser));
        requireFormat(tree);
      }
      RunRecord record = mapper.treeToValue(tree, RunRecord.class);
      record.begunAt();
      return record.seenNow();
    } catch (JsonProcessingException | java.time.format.DateTimeParseException e) {
      String reason = e instanceof JsonProcessingException json ? json.getOriginalMessage() : "";
      throw new Unreadable("is damaged: " + (reason.isEmpty() ? e.getMessage() : reason));
    } catch (NoSuchFileException e) {
      throw new Unreadable("is gone");
    } catch (IOException e) {
      throw new Unreadable("cannot be read: " + IoProblem.sentence(e));
    }
  }

  // The first field: what follows in a newer file is not looked at.
  private static void requireFormat(ObjectNode tree) throws Unreadable {
    int format = tree.path("format").asInt();
    if (format > RunRecord.FORMAT) {
      throw new Unreadable("was written by a newer ftpipe (format " + format + "): upgrade ftpipe");
    }
  }
}
