package dev.ftpipe.dvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.ProjectPaths;
import dev.ftpipe.config.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads {@code dvc.lock}, of the schema 2.0 of DVC 2 and 3 and of the one before. */
final class LockReader {
  static final String NAME = "dvc.lock";

  private final Function<String, Optional<String>> folders;
  private final Problems problems;
  private final EntryReader entries;

  /**
   * A reader.
   *
   * @param folders the folder in which a stage runs; empty for one that the pipeline has no more
   */
  LockReader(Function<String, Optional<String>> folders, Problems problems) {
    this.folders = folders;
    this.problems = problems;
    this.entries = new EntryReader(problems);
  }

  /** The stages that are in the lock and in the pipeline. */
  List<DvcStage> read(Path root) {
    Path file = root.resolve(NAME);
    if (!Files.exists(file)) {
      return List.of();
    }
    Optional<Located> lock = Yaml.read(file, NAME, problems);
    Map<String, Located> stages =
        lock.map(each -> each.member("schema").isPresent() ? each.member("stages") : lock)
            .flatMap(each -> each)
            .map(Located::members)
            .orElse(Map.of());
    List<DvcStage> read = new ArrayList<>();
    stages.forEach(
        (name, stage) ->
            folders.apply(name).ifPresent(folder -> read.add(stage(name, stage, folder))));
    return read;
  }

  private DvcStage stage(String name, Located stage, String folder) {
    return new DvcStage(
        name,
        commands(stage),
        entries(stage, "deps", folder, name),
        params(stage, folder),
        entries(stage, "outs", folder, name));
  }

  private static List<String> commands(Located stage) {
    Optional<JsonNode> cmd = stage.member("cmd").map(Located::node);
    List<String> commands = new ArrayList<>();
    cmd.filter(JsonNode::isTextual).ifPresent(text -> commands.add(text.textValue()));
    cmd.filter(JsonNode::isArray)
        .ifPresent(list -> list.forEach(each -> commands.add(each.asText())));
    return commands;
  }

  private List<DvcEntry> entries(Located stage, String key, String folder, String name) {
    List<DvcEntry> read = new ArrayList<>();
    for (Located item : stage.member(key).map(Located::items).orElse(List.of())) {
      entries.read(item, folder, "stage '" + name + "'").ifPresent(read::add);
    }
    return read;
  }

  private Map<String, Map<String, JsonNode>> params(Located stage, String folder) {
    Map<String, Map<String, JsonNode>> params = new LinkedHashMap<>();
    Map<String, Located> files = stage.member("params").map(Located::members).orElse(Map.of());
    files.forEach(
        (file, values) -> {
          ProjectPaths.Checked checked = ProjectPaths.from(folder, file);
          if (!checked.ok()) {
            problems.add(values.place(), checked.problem());
            return;
          }
          Map<String, JsonNode> named = new LinkedHashMap<>();
          values.members().forEach((name, value) -> named.put(name, value.node()));
          params.put(checked.path(), named);
        });
    return params;
  }
}
