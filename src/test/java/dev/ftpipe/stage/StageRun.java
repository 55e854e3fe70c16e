package dev.ftpipe.stage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Runs a stage kind as a pipeline would, in a folder, and remembers what it said. */
public final class StageRun {
  private final Path folder;
  private final ObjectNode with = Json.mapper().createObjectNode();
  private final Map<String, List<Path>> in = new LinkedHashMap<>();
  private final Map<String, Path> out = new LinkedHashMap<>();
  private final List<String> log = new ArrayList<>();
  private final List<Progress> progress = new ArrayList<>();
  private boolean stops;

  /** A run whose outputs and temporary files are below {@code folder}. */
  public StageRun(Path folder) {
    this.folder = folder;
  }

  public StageRun with(String name, Object value) {
    with.set(name, Json.mapper().valueToTree(value));
    return this;
  }

  public StageRun in(String port, Path... paths) {
    in.put(port, List.of(paths));
    return this;
  }

  public StageRun out(String port) {
    out.put(port, folder.resolve(port + ".jsonl"));
    return this;
  }

  /** The run is asked to end before it has begun. */
  public StageRun stopping() {
    stops = true;
    return this;
  }

  /** Binds the parameters and runs; the first problem is thrown as an IllegalArgumentException. */
  public <P> StageRun run(StageKind<P> kind) throws IOException, InterruptedException {
    Parameters.Outcome<P> outcome = Parameters.bind(kind, with);
    if (!outcome.problems().isEmpty()) {
      throw new IllegalArgumentException(outcome.problems().get(0).message());
    }
    P value = outcome.bound().orElseThrow().value();
    List<String> problems = kind.problems(value, in.keySet(), out.keySet());
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.get(0));
    }
    kind.run(new Context<>(value));
    return this;
  }

  public Path file(String port) {
    return folder.resolve(port + ".jsonl");
  }

  public String text(String port) throws IOException {
    return Files.readString(file(port));
  }

  public List<String> log() {
    return log;
  }

  public List<Progress> progress() {
    return progress;
  }

  private final class Context<P> implements StageContext<P> {
    private final P parameters;

    Context(P parameters) {
      this.parameters = parameters;
    }

    @Override
    public P parameters() {
      return parameters;
    }

    @Override
    public List<Path> inputs(String port) {
      return in.getOrDefault(port, List.of());
    }

    @Override
    public List<String> inputPorts() {
      return List.copyOf(in.keySet());
    }

    @Override
    public Fetched fetch(String url, Predicate<String> wanted) {
      throw new AssertionError("nothing is to be fetched");
    }

    @Override
    public Optional<Path> optionalOutput(String port) {
      return Optional.ofNullable(out.get(port));
    }

    @Override
    public Path scratch() {
      return folder.resolve("scratch");
    }

    @Override
    public void progress(Progress now) {
      progress.add(now);
    }

    @Override
    public void log(String line) {
      log.add(line);
    }

    @Override
    public boolean stopRequested() {
      return stops;
    }

    @Override
    public String display(Path path) {
      int names = path.getNameCount();
      return path.subpath(Math.max(0, names - 2), names).toString();
    }
  }
}
