package dev.ftpipe.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What runs looked like when they were listed last: those that have not changed are not read. */
public final class RunMemory {
  private final Path file;
  private final Map<String, Seen> before;

  /**
   * A run as it was.
   *
   * @param tags change when it does
   */
  record Seen(String tags, RunSpec spec, Optional<RunState> state) {}

  private RunMemory(Path file, Map<String, Seen> before) {
    this.file = file;
    this.before = before;
  }

  /** The memory in a file; an empty one where there is none that can be read. */
  public static RunMemory read(Path file) throws IOException {
    if (Files.exists(file)) {
      try {
        return new RunMemory(
            file,
            Json.mapper()
                .readValue(Files.readAllBytes(file), new TypeReference<Map<String, Seen>>() {}));
      } catch (JsonProcessingException e) {
        return new RunMemory(file, Map.of());
      }
    }
    return new RunMemory(file, Map.of());
  }

  Optional<Seen> find(String id, String tags) {
    return Optional.ofNullable(before.get(id)).filter(seen -> seen.tags().equals(tags));
  }

  void write(Map<String, Seen> now) throws IOException {
    if (!now.equals(before)) {
      Files.createDirectories(file.getParent());
      AtomicFiles.writeUnsynced(
          file, Json.canonical(new TreeMap<>(now)).getBytes(StandardCharsets.UTF_8));
    }
  }
}
