package dev.ftpipe.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.AtomicFiles;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamFiles;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.Yaml;
import dev.ftpipe.dag.Pipelines;
import dev.ftpipe.git.Commit;
import dev.ftpipe.git.GitRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration of a commit as files: the pipeline, and whatever it names that could hold
 * params or variables. A pipeline is read from files, and a work tree must not be touched for it.
 */
final class ConfigFolder implements AutoCloseable {
  private static final int LARGEST = 16 << 20;
  private static final List<String> ENDS = List.of(".yaml", ".yml", ".json", ".toml", ".py");

  private final Path folder;
  private final GitRepository git;
  private final Commit commit;
  private final Set<String> filled = new LinkedHashSet<>();

  private ConfigFolder(Path folder, GitRepository git, Commit commit) {
    this.folder = folder;
    this.git = git;
    this.commit = commit;
  }

  /** A temporary folder with the pipeline of a commit and what it refers to. */
  static ConfigFolder of(GitRepository git, Commit commit) throws IOException {
    ConfigFolder config =
        new ConfigFolder(Files.createTempDirectory("ftpipe-revision"), git, commit);
    config.fill(ParamFiles.DEFAULT);
    for (String name : Pipelines.FILE_NAMES) {
      if (config.fill(name)) {
        config.follow(name);
        break;
      }
    }
    return config;
  }

  Path folder() {
    return folder;
  }

  /** Whether the commit has a pipeline. */
  boolean hasPipeline() {
    return Pipelines.FILE_NAMES.stream().anyMatch(filled::contains);
  }

  /** Brings one file; false when the commit has none at this path. */
  boolean fill(String path) throws IOException {
    if (filled.contains(path)) {
      return true;
    }
    Path target = folder.resolve(path).normalize();
    if (!target.startsWith(folder) || target.equals(folder)) {
      return false;
    }
    Optional<byte[]> bytes = git.read(commit, path, LARGEST);
    if (bytes.isEmpty()) {
      return false;
    }
    Files.createDirectories(target.getParent());
    Files.write(target, bytes.get());
    filled.add(path);
    return true;
  }

  /** Brings every file that this one, or a file that it names, names. */
  private void follow(String first) throws IOException {
    Deque<String> todo = new ArrayDeque<>(List.of(first));
    while (!todo.isEmpty()) {
      String text = Files.readString(folder.resolve(todo.remove()), StandardCharsets.UTF_8);
      Names names = new Names(new LinkedHashSet<>(), new LinkedHashSet<>(List.of("")));
      // What is wrong with the file is said when it is read as what it is.
      Yaml.parse(text, first, new Problems()).map(Located::node).ifPresent(names::addAll);
      for (String place : names.folders()) {
        for (String name : names.files()) {
          String path = place.isEmpty() ? name : Path.of(place, name).normalize().toString();
          if (!filled.contains(path) && fill(path)) {
            todo.add(path);
          }
        }
      }
    }
  }

  /** Texts of a file that may be the names of others, and the folders these may be in. */
  private record Names(Set<String> files, Set<String> folders) {
    void addAll(JsonNode node) {
      if (node.isTextual()) {
        add(node.textValue());
      }
      for (var member : node.properties()) {
        add(member.getKey());
        if (member.getKey().equals("wdir") && member.getValue().isTextual()) {
          folders.add(member.getValue().textValue());
        }
        addAll(member.getValue());
      }
      if (node.isArray()) {
        node.forEach(this::addAll);
      }
    }

    // In vars, "file.yaml:a,b" names two values of a file.
    private void add(String text) {
      int colon = text.indexOf(':');
      String name = colon < 0 ? text : text.substring(0, colon);
      if (name.indexOf('\0') < 0 && ENDS.stream().anyMatch(name::endsWith)) {
        files.add(name);
      }
    }
  }

  @Override
  public void close() throws IOException {
    AtomicFiles.deleteTree(folder);
  }
}
