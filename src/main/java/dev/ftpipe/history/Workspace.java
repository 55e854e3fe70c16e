package dev.ftpipe.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ftpipe.base.IoProblem;
import dev.ftpipe.config.Located;
import dev.ftpipe.config.ParamFiles;
import dev.ftpipe.config.ParamOverrides;
import dev.ftpipe.config.Problems;
import dev.ftpipe.dag.Graph;
import dev.ftpipe.report.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The project as it is on the disk. */
public final class Workspace implements Snapshot {
  private final Path root;
  private final Graph graph;
  private final ParamOverrides overrides;

  /** The project in this folder, with the values of the command line over its params. */
  public Workspace(Path root, Graph graph, ParamOverrides overrides) {
    this.root = root;
    this.graph = graph;
    this.overrides = overrides;
  }

  @Override
  public String name() {
    return WORKSPACE;
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public Optional<JsonNode> params(String path, Problems problems) {
    ParamFiles files = new ParamFiles(root, overrides, problems);
    return files.exists(path) || path.equals(ParamFiles.DEFAULT)
        ? files.mapping(path).map(Located::node)
        : Optional.empty();
  }

  @Override
  public Optional<byte[]> read(String path) {
    Path file = root.resolve(path);
    try {
      return Files.isRegularFile(file) && Files.size(file) <= Revision.LARGEST
          ? Optional.of(Files.readAllBytes(file))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> files(String folder) {
    if (!Files.isDirectory(root.resolve(folder))) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(root.resolve(folder))) {
      return all.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(IoProblem.sentence(e), e);
    }
  }
}
