package dev.ftpipe.dvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ftpipe.base.FtpipeException;
import dev.ftpipe.base.Json;
import dev.ftpipe.config.DvcConfig;
import dev.ftpipe.config.Problems;
import dev.ftpipe.config.RemoteConfig;
import dev.ftpipe.dag.Action;
import dev.ftpipe.dag.Output;
import dev.ftpipe.dag.Stage;
import dev.ftpipe.origin.Origin;
import dev.ftpipe.run.AddedSource;
import dev.ftpipe.run.Adoption;
import dev.ftpipe.run.Project;
import dev.ftpipe.store.Artifact;
import dev.ftpipe.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Takes over what a project of DVC tracks and what its stages made. */
public final class DvcImport {
  private final Project project;
  private final Adoption adoption;
  private final InPlace inPlace;
  private final Options options;
  private final Consumer<String> notes;
  private final DvcObjects objects;
  private final Map<String, Settled> settled = new HashMap<>();
  private final Map<String, Artifact> byHash = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private int restored;

  /**
   * How it is done.
   *
   * @param remote the remote that the user named
   * @param jobs transfers at once
   * @param environment of this process
   * @param connect opens a remote of DVC's, also one that is only a folder
   */
  public record Options(
      Optional<String> remote,
      int jobs,
      Map<String, String> environment,
      Function<RemoteConfig, ObjectStore> connect) {}

  /**
   * What came of it.
   *
   * @param sources paths of what {@code .dvc} files track
   * @param stages whose results are known now
   * @param restored how many files and folders were put in place
   * @param objects how many came from DVC's cache and remote, with {@code bytes} of content
   * @param problems what is not to be had, and what follows
   */
  public record Report(
      List<String> sources,
      List<String> stages,
      int restored,
      long objects,
      long bytes,
      List<String> problems) {}

  /** What an entry came to, of which hash. */
  private record Settled(DvcHash hash, Artifact artifact) {}

  /**
   * An import into a project.
   *
   * @param notes hears what is left out
   */
  public DvcImport(Project project, Options options, Consumer<String> notes) {
    this.project = project;
    this.adoption = new Adoption(project);
    this.inPlace = new InPlace(project.root());
    this.options = options;
    this.notes = notes;
    this.objects = new DvcObjects(project.content(), options.jobs());
  }

  /**
   * Imports everything that can be had.
   *
   * @throws FtpipeException wrong use, outside of a DVC repository or for files that cannot be read
   */
  public Report run() throws IOException {
    Path folder =
        DvcConfig.folderAbove(project.root())
            .orElseThrow(
                () ->
                    FtpipeException.usage(
                        "there is no folder .dvc in "
                            + project.root()
                            + " or above it: this is no project of DVC"));
    DvcConfig config = DvcConfig.read(folder, options.environment());
    Problems wrong = new Problems();
    List<DvcSource> sources = new DotDvcReader(project.root(), wrong, notes).read();
    List<DvcStage> stages = new LockReader(this::folderOf, wrong).read(project.root());
    wrong.throwIfAny();
    try (DvcPlaces places = new DvcPlaces(folder, config, options.remote(), options.connect())) {
      return adoption.under(() -> run(sources, stages, places));
    }
  }

  private Optional<String> folderOf(String stage) {
    return project.graph().stages().stream()
        .filter(each -> each.name().equals(stage))
        .map(Stage::action)
        .filter(Action.Shell.class::isInstance)
        .map(action -> ((Action.Shell) action).folder())
        .findFirst();
  }

  private Report run(List<DvcSource> sources, List<DvcStage> stages, DvcPlaces places)
      throws IOException {
    List<String> added = new ArrayList<>();
    for (DvcSource source : sources) {
      Optional<Artifact> content = settle(source.entry(), true, places);
      if (content.isPresent()) {
        Optional<Origin> origin = source.url().map(url -> new Origin(url, source.pin()));
        project.sources().add(source.entry().path(), new AddedSource(content.get(), origin));
        added.add(source.entry().path());
      }
    }
    for (DvcStage stage : stages) {
      Stage today = project.graph().stage(stage.name());
      for (DvcEntry out : stage.outs()) {
        boolean cached =
            today.outs().stream().noneMatch(o -> o.path().equals(out.path()) && !o.cache());
        settle(out, cached, places);
      }
    }
    List<String> recorded = new ArrayList<>();
    for (DvcStage stage : stages) {
      if (record(stage, places)) {
        recorded.add(stage.name());
      }
    }
    return new Report(added, recorded, restored, objects.objects(), objects.bytes(), problems);
  }

  /** The content of an entry, which is in the local store and in place then, if it is to be had. */
  private Optional<Artifact> settle(DvcEntry entry, boolean cached, DvcPlaces places)
      throws IOException {
    Optional<Artifact> found = Optional.empty();
    if (inPlace.has(entry.path(), entry.hash())) {
      found = cached ? adoption.keep(entry.path()) : adoption.measure(entry.path());
    } else {
      DvcObjects.Brought brought =
          objects.bring(entry.hash(), entry.executable(), places.of(entry));
      found = brought.artifact();
      if (found.isEmpty()) {
        problems.add(entry.owner() + ", " + entry.path() + ": " + brought.problem());
      } else if (inPlace.isThere(entry.path())) {
        notes.accept(entry.path() + " is not what DVC recorded; it is left as it is");
      } else if (adoption.restore(entry.path(), found.get())) {
        restored++;
      }
    }
    found.ifPresent(
        artifact -> {
          settled.put(entry.path(), new Settled(entry.hash(), artifact));
          byHash.putIfAbsent(entry.hash().md5(), artifact);
        });
    return found;
  }

  private boolean record(DvcStage stage, DvcPlaces places) throws IOException {
    Stage today = project.graph().stage(stage.name());
    Map<String, Artifact> inputs = new LinkedHashMap<>();
    for (DvcEntry dep : stage.deps()) {
      Optional<Artifact> input = input(dep, places);
      if (input.isEmpty()) {
        notes.accept(
            "stage '"
                + stage.name()
                + "' has to run: its input "
                + dep.path()
                + " is not what it was when DVC ran it, and that is not to be had");
        return false;
      }
      inputs.put(dep.path(), input.get());
    }
    Map<String, Artifact> outputs = new LinkedHashMap<>();
    for (DvcEntry out : stage.outs()) {
      Settled its = settled.get(out.path());
      if (its == null) {
        return false;
      }
      outputs.put(out.path(), its.artifact());
    }
    List<String> unknown =
        today.outs().stream().map(Output::path).filter(path -> !outputs.containsKey(path)).toList();
    if (!unknown.isEmpty()) {
      notes.accept(
          "stage '" + stage.name() + "': dvc.lock says nothing of " + String.join(", ", unknown));
    }
    adoption.record(
        today, new Adoption.Past(stage.commands(), params(stage, today), inputs, outputs));
    return true;
  }

  private Optional<Artifact> input(DvcEntry dep, DvcPlaces places) throws IOException {
    Settled known = settled.get(dep.path());
    if (known != null && known.hash().equals(dep.hash())) {
      return Optional.of(known.artifact());
    }
    if (inPlace.has(dep.path(), dep.hash())) {
      return adoption.measure(dep.path());
    }
    Artifact same = byHash.get(dep.hash().md5());
    return same != null
        ? Optional.of(same)
        : objects.bring(dep.hash(), dep.executable(), places.of(dep)).artifact();
  }

  /** Of a file that the stage reads whole, the lock holds all values. */
  private static Map<String, Map<String, JsonNode>> params(DvcStage stage, Stage today) {
    Map<String, Map<String, JsonNode>> params = new LinkedHashMap<>();
    stage
        .params()
        .forEach(
            (file, values) -> {
              boolean whole =
                  today.params().stream()
                      .anyMatch(param -> param.file().equals(file) && param.name().isEmpty());
              params.put(file, whole ? Map.of("", object(values)) : values);
            });
    return params;
  }

  private static ObjectNode object(Map<String, JsonNode> values) {
    ObjectNode object = Json.mapper().createObjectNode();
    values.forEach(object::set);
    return object;
  }
}
